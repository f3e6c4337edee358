// Asks the server, or the file that the page is; the token, where there is one, is kept for as long as the tab.

import type {
  ClusterDetail, ClusterRow, EdgeEnd, EditionRow, FoundItem, MapPoints, MapRow, MorningAnswer, RecapAnswer, RecapAsked, RecapRow, SeedDetail,
  ServerStatus, Snippet, TodayAnswer, UtteranceDetail,
} from './api.gen';
import type { Kind } from './domain';
import { snapshot } from './snapshot';

export interface Page<T> { items: T[]; next_offset: number | null }

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
  if (snapshot) {
    const found = snapshot.answer(path, query);
    if (found === undefined) throw new Refused(404, path);
    return found as T;
  }
  const answer = await request(query.size ? `${path}?${query}` : path, init, early);
  return await answer.json() as T;
}

/** Returns what first.ts has asked for, once. */
function first(id: string): Promise<Response> | undefined {
  const place = globalThis as { tanePrefetch?: { wanted: string; asked: Promise<Response> } };
  const found = place.tanePrefetch;
  delete place.tanePrefetch;
  return found?.wanted === id ? found.asked : undefined;
}

export const api = {
  maps: (offset = 0) => get<Page<MapRow>>('maps', { offset, limit: 500 }),
  points: (id: string) => get<MapPoints>(`maps/${id}/points`, {}, {}, first(id)),
  clusters: (offset = 0) => get<Page<ClusterRow>>('clusters', { offset, limit: 500 }),
  cluster: (id: string, offset = 0) => get<ClusterDetail>(`clusters/${id}`, { offset, limit: 30 }),
  seed: (id: string) => get<SeedDetail>(`seeds/${id}`),
  utterance: (id: string) => get<UtteranceDetail>(`utterances/${id}`),
  edges: (kind: Kind, id: string) => get<Page<EdgeEnd>>('edges', { kind, id, limit: 200 }),
  search: (q: string, mode: string, signal: AbortSignal, offset = 0) =>
    get<Page<FoundItem>>('search', { q, mode, offset, limit: 100 }, { signal }),
  today: () => get<TodayAnswer>('today'),
  status: () => get<ServerStatus>('status'),
  recaps: () => get<Page<RecapRow>>('recaps', { limit: 100 }),
  recap: (run: number) => get<RecapAnswer>(`recaps/${run}`),
  recapFile: async (run: number, format: string) => (await request(`recaps/${run}/export?format=${format}`)).blob(),
  askForRecap: async (wanted: object) => await (await api.write('recaps', wanted)).json() as RecapAsked,
  mornings: () => get<Page<EditionRow>>('mornings', { limit: 100 }),
  morning: (day: string) => get<MorningAnswer>(`mornings/${day}`),
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
  if (snapshot) return new Promise(() => undefined); // nothing is new in a file
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
