// Asks the server, or the file that the page is; the token, where there is one, is kept for as long as the tab.

import { kept } from './kept';

export type Kind = 'utterance' | 'seed' | 'cluster';
export interface Page<T> { items: T[]; next_offset: number | null }
export interface MapFacts { id: string; scope: 'atlas' | 'global' | 'cluster'; cluster_id: string | null; title: string | null; points?: number }
export interface ClusterName { id: string; parent_id: string | null; title: string | null; depth: number; seeds: number; theme: number }
export interface Columns {
  kind: Kind[]; id: string[]; x: number[]; y: number[]; cluster: number[]; theme: number[]; sort: (string | null)[];
  speaker: (string | null)[]; at: (number | null)[]; is_provisional: number[];
  hypothetical: (number | null)[]; confidence: (number | null)[]; reinterpretation: (number | null)[];
  resistance: (number | null)[]; direction: (number | null)[];
}
export interface MapPoints { map: MapFacts; clusters: ClusterName[]; columns: Columns }
export interface MapAnswer { map: MapFacts | null; clusters: ClusterName[]; columns: Columns }
export interface Near { kind: Kind; id: string; weight: number; text: string }
export interface Hit { kind: Kind; id: string; text: string; speaker: string | null; at: string; similarity: number | null }
export interface Snippet { kind: Kind; id: string; text: string; speaker: string | null }
export interface Edge { type: 'near' | 'part_of'; role: string | null; weight: number; kind: Kind; id: string }
export interface ClusterRow { id: string; parent_id: string | null; depth: number; title: string | null; overview: string | null; category: string | null; seeds: number; is_pinned: boolean }
export interface Source { id: string; contents: string; speaker: string | null; at: string; span_start: number | null; span_end: number | null }
export interface SeedDetail {
  id: string; kind: string; body: string; grounding: number | null; review_status: string; source_changed: number; at: string;
  sources: Source[]; clusters: { id: string; title: string | null; role: string; weight: number }[]; neighbours: Near[];
}
export interface UtteranceDetail {
  id: string; contents: string | null; speaker: string | null; at: string; role: string | null; role_confidence: number | null;
  hypothetical: number | null; confidence: number | null; reinterpretation: number | null; resistance: number | null; direction: number | null;
  seeds: { id: string; kind: string; body: string; grounding: number | null; review_status: string }[]; neighbours: Near[];
}
export interface ClusterDetail {
  id: string; title: string | null; overview: string | null; category: string | null; strength: number | null; seeds: number | null;
  map_id: string | null; is_pinned: number; averages: Record<string, number | null>; path: { id: string; title: string | null }[];
  children: { id: string; title: string | null; seeds: number | null }[];
  members: Page<{ id: string; kind: string; text: string; grounding: number | null; weight: number }>; neighbours: Near[];
}
export interface Night {
  at: string; status: string; seconds: number | null; seeds: number | null; clusters: number | null; kept: number | null; new: number | null; gone: number | null;
}
export interface Status {
  status: string; troubles: { degree: string; what: string; remedy: string }[]; can_write: boolean; has_today: boolean;
  oldest_waiting_s?: number | null; jobs?: Record<string, Record<string, number>>; dead?: { job_type: string; cause: string; n: number }[];
  night?: {
    status: string | null; step: string | null; fraction: number | null; eta_s?: number | null; last_success_age_s: number | null;
    clusters: number | null; coverage: number | null;
  };
  nights?: Night[]; models?: { state: string; version: string | null };
}
export interface TodayLine { type: string; id: string; text: string; speaker: string | null; at: string; utterance_id: string }
export interface Today {
  themes: { id: string; title: string | null; days: string[]; utterances: number; lines: TodayLine[] }[];
  changed: { before: TodayLine | null; after: TodayLine }[]; open_questions: TodayLine[];
  new: { since: string | null; lines: TodayLine[] };
}
export interface Arrived { map_id: string; kind: Kind; id: string; x: number; y: number }

export class Refused extends Error {
  constructor(readonly status: number, says: string) { super(says); }
}

const TOKEN = 'tane.token';
let askForToken: (wasWrong: boolean) => Promise<string> = () => Promise.reject(new Refused(401, 'no token'));

export function onTokenNeeded(ask: (wasWrong: boolean) => Promise<string>): void {
  askForToken = ask;
}

async function request(path: string, init: RequestInit = {}, early?: Promise<Response>): Promise<Response> {
  for (;;) {
    const token = sessionStorage.getItem(TOKEN);
    const headers = new Headers(init.headers);
    if (token) headers.set('Authorization', `Bearer ${token}`);
    const answer = await (early ?? fetch(`/api/v1/${path}`, { ...init, headers }));
    early = undefined;
    if (answer.status === 401) {
      if (sessionStorage.getItem(TOKEN) !== token) continue; // another request has asked meanwhile
      sessionStorage.setItem(TOKEN, await askForToken(token !== null));
      continue;
    }
    if (!answer.ok) throw new Refused(answer.status, (await answer.text()).trim());
    return answer;
  }
}

async function get<T>(
  path: string, params: Record<string, string | number> = {}, init: RequestInit = {}, early?: Promise<Response>,
): Promise<T> {
  const query = new URLSearchParams(Object.entries(params).map(([name, value]) => [name, String(value)]));
  if (kept) {
    const found = kept.answer(path, query);
    if (found === undefined) throw new Refused(404, path);
    return found as T;
  }
  const answer = await request(query.size ? `${path}?${query}` : path, init, early);
  return await answer.json() as T;
}

/** Returns what first.ts has asked for, once. */
function first(id: string): Promise<Response> | undefined {
  const place = globalThis as { taneFirst?: { wanted: string; asked: Promise<Response> } };
  const found = place.taneFirst;
  delete place.taneFirst;
  return found?.wanted === id ? found.asked : undefined;
}

export const api = {
  maps: (offset = 0) => get<Page<MapFacts>>('maps', { offset, limit: 500 }),
  points: (id: string) => get<MapAnswer>(`maps/${id}/points`, {}, {}, first(id)),
  clusters: (offset = 0) => get<Page<ClusterRow>>('clusters', { offset, limit: 500 }),
  cluster: (id: string, offset = 0) => get<ClusterDetail>(`clusters/${id}`, { offset, limit: 30 }),
  seed: (id: string) => get<SeedDetail>(`seeds/${id}`),
  utterance: (id: string) => get<UtteranceDetail>(`utterances/${id}`),
  edges: (kind: Kind, id: string) => get<Page<Edge>>('edges', { kind, id, limit: 200 }),
  search: (q: string, mode: string, signal: AbortSignal, offset = 0) =>
    get<Page<Hit>>('search', { q, mode, offset, limit: 100 }, { signal }),
  today: () => get<Today>('today'),
  status: () => get<Status>('status'),
  write: (path: string, body: object = {}) => request(path, {
    method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
  }),
};

const known = new Map<string, Snippet>();

/** Returns the beginnings of the texts of these items; those that were asked for before are not asked again. */
export async function snippets(ids: string[]): Promise<Map<string, Snippet>> {
  const missing = ids.filter((id) => !known.has(id)).slice(0, 200);
  if (missing.length) {
    const page = await get<Page<Snippet>>('snippets', { ids: missing.join(',') });
    for (const one of page.items) known.set(one.id, one);
  }
  return known;
}

export function forgetSnippets(): void {
  known.clear();
}

/** Listens for ever; fetch instead of EventSource, which cannot send the token. */
export async function listen(heard: (name: string, data: unknown) => void, isAway: (away: boolean) => void): Promise<never> {
  if (kept) return new Promise(() => undefined); // nothing is new in a file
  let hasBeen = false;
  for (;;) {
    try {
      const answer = await request('events', { headers: { Accept: 'text/event-stream' } });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      isAway(false);
      if (hasBeen) heard('changed', { maps: true });
      hasBeen = true;
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          const name = /^event: (.*)$/m.exec(block)?.[1];
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (name && data) heard(name, JSON.parse(data));
        }
      }
    } catch { /* the server restarts now and then */ }
    isAway(true);
    await new Promise((wake) => { setTimeout(wake, 2000); });
  }
}
