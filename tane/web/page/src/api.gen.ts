// Made by `make generated` from tane/web/api/models.py: change that.

export interface ArrivedItem {
  map_id: string;
  kind: "utterance" | "seed" | "cluster";
  id: string;
  x: number;
  y: number;
}

export interface ArticleFacts {
  title: string | null;
  publisher: string | null;
  url: string | null;
}

export interface Averages {
  hypothetical: number | null;
  confidence: number | null;
  reinterpretation: number | null;
  resistance: number | null;
  direction: number | null;
}

export interface CapacityAlert {
  alert_id: number;
  alert_type: "warning" | "critical" | "emergency";
  cause: "budget" | "disk";
  usage: number | null;
  threshold: number | null;
  recommended_actions: string[];
  created_at: string;
  acknowledged_at: string | null;
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

export interface DocumentGroup {
  group_id: string;
  documents: MorningDocument[];
}

export interface EdgeEnd {
  type: "near" | "part_of";
  role: string | null;
  weight: number;
  kind: "utterance" | "seed" | "cluster";
  id: string;
}

export interface EditionRow {
  edition_date: string;
  groups: number;
  created_at: string;
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
  article: ArticleFacts | null;
}

export interface GrowthForecast {
  bytes_a_day: number;
  days: number | null;
  what: "budget" | "disk" | "budget" | "disk";
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

export interface MemoryAnswer {
  database_bytes: number;
  effective_bytes: number;
  budget_bytes: number | null;
  usage: number | null;
  disk_free_bytes: number | null;
  disk_bytes: number | null;
  disk_floor_bytes: number | null;
  level: "normal" | "warning" | "critical" | "emergency";
  is_watched: boolean;
  parts: Record<string, number>;
  tables: TableBytesRow[];
  forecast: GrowthForecast | null;
  advice: RecommendedAction[];
  alerts: CapacityAlert[];
}

export interface ModelState {
  state: string;
  version: string | null;
  vectors?: "builtin" | "host";
  has_offer?: boolean;
}

export interface MorningAnswer {
  edition_date: string;
  created_at: string;
  letter: MorningLetter | null;
  is_degraded: boolean;
  reason: string | null;
  articles: DocumentGroup[];
  talk: DocumentGroup[];
}

export interface MorningDocument {
  edition_date: string;
  group_id: string;
  document_id: string;
  utterance_id: string;
  kind: "article" | "talk";
  is_primary: boolean;
  similarity: number | null;
  rank: number;
  score: number;
  title: string | null;
  contents: string;
  publisher: string | null;
  url: string | null;
  speaker: string | null;
  said_at: string;
}

export interface MorningLetter {
  title: string | null;
  bullets: RecapBullet[];
  model: string | null;
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

export interface QuotableSentence {
  genre: string;
  number: number;
  sentence: string | null;
  is_cited: boolean;
}

export interface ReadByRecap {
  document_id: string;
  kind: "article" | "talk";
  utterance_id: string | null;
  publisher: string | null;
  lang: string;
  said_at: string;
  chars: number;
  tokens: number;
  dropped_by: string | null;
  reason: string | null;
  duplicate_of: string | null;
  similarity: number | null;
  genre: string | null;
  score: number | null;
  details: Record<string, unknown>;
  strategy: string | null;
  confidence: number | null;
  coarse_candidates: Record<string, unknown>[];
  refine_decision: Record<string, unknown> | null;
  tag_profile: Record<string, unknown> | null;
  feedback: Record<string, unknown> | null;
  title: string | null;
}

export interface RecapAnswer {
  run_id: number;
  status: string;
  trigger: string;
  reason: string | null;
  window_start: string | null;
  window_end: string | null;
  sources: string | null;
  mode: string | null;
  finished_at: string | null;
  is_pinned: boolean;
  before: number | null;
  after: number | null;
  documents: number;
  stages: StageFigure[];
  leading: RecapStory[];
  further: RecapStory[];
  folded: RecapStory[];
  unchanged: number;
  sections: RecapPart[];
}

export interface RecapAsked {
  run_id: number;
  status: string;
  is_new: boolean;
}

export interface RecapBullet {
  text: string;
  citations: RecapCitation[];
  story_id: string | null;
  is_verified: boolean;
  is_degraded: boolean;
  is_deleted: boolean;
  reason: string | null;
}

export interface RecapCitation {
  number: number;
  text: string | null;
  said_at: string;
  publisher: string | null;
  title: string | null;
  url: string | null;
  utterance_id: string | null;
  has_changed: boolean;
  copies: number;
}

export interface RecapPart {
  genre: string;
  name: string;
  cluster_id: string | null;
  status: string;
  reason: string | null;
  title: string | null;
  bullets: RecapBullet[];
  tags: string[];
  is_degraded: boolean;
  degraded_reason: string | null;
  model: string | null;
  documents: number;
  sentences: number;
  clusters: number;
  facts: Record<string, unknown>;
}

export interface RecapRow {
  run_id: number;
  status: string;
  trigger: string;
  reason: string | null;
  requested_at: string;
  finished_at: string | null;
  window_start: string | null;
  window_end: string | null;
  sources: string | null;
  mode: string | null;
  is_pinned: boolean;
  documents: number;
  stories: number;
  sections: number;
}

export interface RecapStory {
  story_id: string;
  title: string | null;
  genre: string;
  state: string;
  place: string;
  documents: number;
  added: number;
  publishers: number;
  first_said_at: string;
  last_said_at: string;
  bullets: RecapBullet[];
}

export interface RecommendedAction {
  action: string;
  command: string | null;
  about: string;
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
  has_recaps: boolean;
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

export interface StageAnswer {
  run_id: number;
  stage: string;
  details: Record<string, unknown>;
  dropped: ReadByRecap[];
  documents: ReadByRecap[];
  next_offset: number | null;
}

export interface StageFigure {
  stage: string;
  reason: string;
  documents: number;
}

export interface TableBytesRow {
  name: string;
  bytes: number;
  index_bytes: number;
  reusable_bytes: number;
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
  article: ArticleFacts | null;
  hypothetical: number | null;
  confidence: number | null;
  reinterpretation: number | null;
  resistance: number | null;
  direction: number | null;
  seeds: SaidSeed[];
  neighbours: NearItem[];
}

export interface WhyAnswer {
  run_id: number;
  document: ReadByRecap;
  evidence: QuotableSentence[];
}
