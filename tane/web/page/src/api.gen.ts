// Made by `make generated` from tane/web/api/models.py: change that.

export interface ArrivedItem {
  map_id: string;
  kind: "utterance" | "seed" | "cluster";
  id: string;
  x: number;
  y: number;
}

export interface Averages {
  hypothetical: number | null;
  confidence: number | null;
  reinterpretation: number | null;
  resistance: number | null;
  direction: number | null;
}

export interface ClusterChild {
  id: string;
  title: string | null;
  seeds: number | null;
}

export interface ClusterDetail {
  id: string;
  title: string | null;
  overview: string | null;
  overview_source: string | null;
  category: string | null;
  strength: number | null;
  depth: number;
  cohesion: number | null;
  is_pinned: 0 | 1;
  at: string;
  seeds: number | null;
  map_id: string | null;
  path: ClusterStep[];
  children: ClusterChild[];
  members: MemberPage;
  neighbours: NearItem[];
  averages: Averages;
}

export interface ClusterMember {
  type: "seed" | "utterance";
  id: string;
  kind: string | null;
  text: string;
  grounding: number | null;
  weight: number;
}

export interface ClusterName {
  id: string;
  parent_id: string | null;
  title: string | null;
  depth: number;
  seeds: number;
  theme: number;
}

export interface ClusterRow {
  id: string;
  parent_id: string | null;
  depth: number;
  title: string | null;
  overview: string | null;
  category: string | null;
  seeds: number;
  is_pinned: boolean;
}

export interface ClusterStep {
  id: string;
  title: string | null;
}

export interface DeadJobs {
  job_type: string;
  cause: string;
  n: number;
}

export interface EdgeEnd {
  type: "near" | "part_of";
  role: string | null;
  weight: number;
  kind: "utterance" | "seed" | "cluster";
  id: string;
}

export interface FoundItem {
  kind: "utterance" | "seed" | "cluster";
  id: string;
  text: string;
  speaker: string | null;
  at: string;
  by: "words" | "meaning" | "both";
  similarity: number | null;
  also: SameWords[];
}

export interface IngestReport {
  read: number;
  added: number;
  updated: number;
  unchanged: number;
  rejected: Record<string, number>;
  jobs: number;
}

export interface MapColumns {
  kind: ("utterance" | "seed" | "cluster")[];
  id: string[];
  x: number[];
  y: number[];
  cluster: number[];
  theme: number[];
  sort: (string | null)[];
  speaker: (string | null)[];
  at: (number | null)[];
  is_provisional: (0 | 1)[];
  hypothetical: (number | null)[];
  confidence: (number | null)[];
  reinterpretation: (number | null)[];
  resistance: (number | null)[];
  direction: (number | null)[];
}

export interface MapFacts {
  id: string;
  scope: "atlas" | "global" | "cluster";
  cluster_id: string | null;
  title: string | null;
  at: string;
}

export interface MapPoints {
  map: MapFacts | null;
  clusters: ClusterName[];
  columns: MapColumns;
}

export interface MapRow {
  id: string;
  scope: "atlas" | "global" | "cluster";
  cluster_id: string | null;
  title: string | null;
  at: string;
  points: number;
}

export interface MemberPage {
  items: ClusterMember[];
  next_offset: number | null;
}

export interface ModelState {
  state: string;
  version: string | null;
  vectors?: "builtin" | "host";
  has_offer?: boolean;
}

export interface NearItem {
  kind: "utterance" | "seed" | "cluster";
  id: string;
  weight: number;
  text: string;
}

export interface NightRow {
  at: string;
  status: string;
  seconds: number | null;
  seeds: number | null;
  clusters: number | null;
  kept: number | null;
  new: number | null;
  gone: number | null;
}

export interface NightState {
  status?: string | null;
  step?: string | null;
  fraction?: number | null;
  eta_s?: number | null;
  last_success_age_s?: number | null;
  clusters?: number | null;
  coverage?: number | null;
}

export interface SaidSeed {
  id: string;
  kind: string;
  body: string;
  grounding: number | null;
  review_status: "auto" | "accepted" | "edited" | "rejected";
}

export interface SameWords {
  kind: "utterance" | "seed" | "cluster";
  id: string;
}

export interface SeedCluster {
  id: string;
  title: string | null;
  role: string;
  weight: number;
}

export interface SeedDetail {
  id: string;
  kind: string;
  body: string;
  grounding: number | null;
  review_status: "auto" | "accepted" | "edited" | "rejected";
  source_changed: 0 | 1;
  model_name: string | null;
  prompt_version: string | null;
  at: string;
  sources: SeedSource[];
  clusters: SeedCluster[];
  neighbours: NearItem[];
}

export interface SeedSource {
  id: string;
  contents: string | null;
  speaker: string | null;
  at: string;
  relation_type: string;
  span_start: number | null;
  span_end: number | null;
}

export interface SentArticle {
  id?: string | number | null;
  title?: string | null;
  url?: string | null;
  body?: string | null;
  html?: string | null;
  markdown?: string | null;
  published_at?: string | null;
  lang?: string | null;
  tags?: (string | SentTag)[];
  source?: string | null;
}

export interface SentTag {
  tag: string;
  confidence?: number;
}

export interface ServerStatus {
  status: "ok" | "degraded" | "unready" | "dead";
  troubles: ServerTrouble[];
  can_write: boolean;
  has_today: boolean;
  oldest_waiting_s?: number | null;
  jobs?: Record<string, Record<string, number>>;
  dead?: DeadJobs[];
  night?: NightState | null;
  nights?: NightRow[];
  models?: ModelState | null;
}

export interface ServerTrouble {
  degree: string;
  what: string;
  remedy: string;
}

export interface Snippet {
  kind: "utterance" | "seed" | "cluster";
  id: string;
  text: string;
  speaker: string | null;
}

export interface TodayAnswer {
  themes: TodayTheme[];
  changed: TodayTurn[];
  open_questions: TodayLine[];
  without_text_model: boolean;
  new: TodayNews;
}

export interface TodayLine {
  type: "seed" | "utterance";
  id: string;
  text: string;
  utterance_id: string;
  speaker: string | null;
  at: string;
}

export interface TodayNews {
  since: string | null;
  lines: TodayLine[];
}

export interface TodayTheme {
  id: string;
  title: string | null;
  days: string[];
  utterances: number;
  lines: TodayLine[];
}

export interface TodayTurn {
  before: TodayLine | null;
  after: TodayLine;
}

export interface UtteranceDetail {
  id: string;
  contents: string | null;
  speaker: string | null;
  at: string;
  conversation_id: string | null;
  position: number | null;
  source: string | null;
  role: string | null;
  role_confidence: number | null;
  metadata: Record<string, unknown>;
  hypothetical: number | null;
  confidence: number | null;
  reinterpretation: number | null;
  resistance: number | null;
  direction: number | null;
  seeds: SaidSeed[];
  neighbours: NearItem[];
}
