// What an exported file holds within itself: answers as the API would, from six tables, without any network.

import type { ClusterDetail, ClusterName, ClusterRow, EdgeEnd, FoundItem, MapFacts, MapPoints, NearItem, SeedDetail, ServerStatus, Snippet, UtteranceDetail } from './api.gen';
import type { Kind, Score } from './domain';
import { SCORES } from './domain';
import { noColumns } from './points';

type Maybe = number | null;
type Text = string | null;
type Scores = Maybe[]; // in the order of the domain's list
type UtteranceRow = [id: string, contents: Text, at: string, speaker: Text, role: Text, home: number, ...scores: Scores];
type SeedRow = [id: string, body: string, at: string, kind: string, grounding: Maybe, review: SeedDetail['review_status'], home: number];
type ClusterFacts = [id: string, parent: Text, depth: number, title: Text, overview: Text, category: Text, strength: Maybe, seeds: number, ...averages: Scores];
type SourceRow = [seed: number, utterance: number, start: Maybe, end: Maybe];
type EdgeRow = [from: number, to: number, isPart: number, role: Text, weight: number];
type PointRow = [item: number, x: number, y: number, provisional: 0 | 1];
interface SnapshotMap { facts: MapFacts; rows: PointRow[] }
interface Link { other: number; isPart: boolean; isOut: boolean; role: Text; weight: number }

const MEMBERS = new Set<Text>(['member', 'attached']);
const WHOLE = new Set(['atlas', 'global']); // of which there is one map, or none yet
// What an answer says and nobody sees in a file.
const UNKNOWN = {
  utterance: { conversation_id: null, position: null, source: null, metadata: {}, article: null },
  seed: { model_name: null, prompt_version: null },
  cluster: { overview_source: null, depth: 0, cohesion: null, at: '' },
};
const NEIGHBOURS = 12;
const SNIPPET_CHARS = 120;

export class Snapshot {
  private readonly utterances: UtteranceRow[] = [];
  private readonly seeds: SeedRow[] = [];
  private readonly clusters: ClusterFacts[] = [];
  private readonly maps = new Map<string, SnapshotMap>();
  private readonly numbers = new Map<string, number>(); // of an item: utterances first, then seeds, then clusters
  private readonly links = new Map<number, Link[]>();
  private readonly sources = new Map<number, SourceRow[]>(); // of a seed, and of an utterance
  private readonly themes: number[] = []; // of a cluster: the top above it, as places in `clusters`
  private searched: [text: string, number: number][] | null = null;

  constructor(blocks: Iterable<HTMLElement>) {
    const [sources, edges]: [SourceRow[], EdgeRow[]] = [[], []];
    for (const block of blocks) {
      const { of, cluster } = block.dataset;
      const rows = JSON.parse(block.textContent ?? '[]') as unknown[];
      block.remove();
      if (of === 'utterances') add(this.utterances, rows);
      else if (of === 'seeds') add(this.seeds, rows);
      else if (of === 'clusters') add(this.clusters, rows);
      else if (of === 'sources') add(sources, rows);
      else if (of === 'edges') add(edges, rows);
      else if (of) add(this.map(of, cluster ?? null).rows, rows);
    }
    for (const [id] of this.utterances) this.numbers.set(id, this.numbers.size);
    for (const [id] of this.seeds) this.numbers.set(id, this.numbers.size);
    for (const [id] of this.clusters) this.numbers.set(id, this.numbers.size);
    for (const [from, to, isPart, role, weight] of edges) {
      put(this.links, from, { other: to, isPart: !!isPart, isOut: true, role, weight });
      put(this.links, to, { other: from, isPart: !!isPart, isOut: false, role, weight });
    }
    for (const row of sources) {
      put(this.sources, row[0], row);
      put(this.sources, row[1], row);
    }
    this.clusters.forEach(([, parent], i) => { // parents come before their children
      const above = parent === null ? undefined : this.numbers.get(parent);
      this.themes.push(above === undefined ? i : this.themes[above - this.utterances.length - this.seeds.length] ?? i);
    });
    for (const { facts } of this.maps.values()) facts.title = this.clusters.find(([id]) => id === facts.cluster_id)?.[3] ?? null;
  }

  /** Returns what the API would say; undefined is what it would not find. */
  answer(path: string, query: URLSearchParams): unknown {
    const [what, id, part] = path.split('/');
    if (what === 'status') return { status: 'ok', troubles: [], can_write: false, has_today: false, has_recaps: false } satisfies ServerStatus;
    if (what === 'maps' && part === 'points') return this.points(id!);
    if (what === 'maps') return page([...this.maps.values()].map(({ facts }) => facts));
    if (what === 'search') return query.get('mode') === 'text' ? page(this.search(query.get('q') ?? ''), query) : undefined;
    if (what === 'snippets') return page((query.get('ids') ?? '').split(',').flatMap((one) => this.snippet(one)));
    if (what === 'clusters' && !id) return page(this.clusters.map((row) => listed(row)));
    const number = this.numbers.get(id ?? query.get('id') ?? '');
    if (number === undefined) return undefined;
    if (what === 'edges') return page(this.edges(number));
    const kind = this.kind(number);
    if (what !== `${kind}s`) return undefined;
    return kind === 'seed' ? this.seed(number) : kind === 'utterance' ? this.utterance(number) : this.cluster(number, query);
  }

  private map(scope: string, cluster: string | null): SnapshotMap {
    const id = cluster ?? scope;
    let found = this.maps.get(id);
    if (!found) {
      found = { facts: { id, scope: scope as MapFacts['scope'], cluster_id: cluster, title: null, at: '' }, rows: [] };
      this.maps.set(id, found);
    }
    return found;
  }

  private kind(number: number): Kind {
    return number < this.utterances.length ? 'utterance' : number < this.utterances.length + this.seeds.length ? 'seed' : 'cluster';
  }

  private seedOf(number: number): SeedRow {
    return this.seeds[number - this.utterances.length]!;
  }

  private clusterOf(number: number): ClusterFacts {
    return this.clusters[number - this.utterances.length - this.seeds.length]!;
  }

  private idOf(number: number): string {
    const kind = this.kind(number);
    return kind === 'utterance' ? this.utterances[number]![0] : kind === 'seed' ? this.seedOf(number)[0] : this.clusterOf(number)[0];
  }

  private text(number: number): string {
    const kind = this.kind(number);
    if (kind === 'utterance') return this.utterances[number]![1] ?? '';
    return kind === 'seed' ? this.seedOf(number)[1] : this.clusterOf(number)[3] ?? this.clusterOf(number)[4] ?? '';
  }

  private speaker(number: number): Text {
    return this.kind(number) === 'utterance' ? this.utterances[number]![3] : null;
  }

  /** Returns what is searched: of a cluster its title and its overview. */
  private words(number: number): string {
    if (this.kind(number) !== 'cluster') return this.text(number);
    return this.clusterOf(number).slice(3, 5).filter(Boolean).join('\n');
  }

  private at(number: number): string {
    if (this.kind(number) === 'cluster') return '';
    return this.kind(number) === 'utterance' ? this.utterances[number]![2] : this.seedOf(number)[2];
  }

  private points(id: string): MapPoints | undefined {
    const found = this.maps.get(id);
    if (!found && !WHOLE.has(id)) return undefined;
    const first = this.utterances.length + this.seeds.length;
    const named = this.clusters.map(([own, parent, depth, title, , , , seeds], i): ClusterName =>
      ({ id: own, parent_id: parent, title, depth, seeds, theme: this.themes[i]! }));
    const columns = noColumns();
    if (!found) return { map: null, clusters: [], columns }; // nothing was placed there: that is a state, and no mistake
    for (const [number, x, y, provisional] of found.rows) {
      const kind = this.kind(number);
      const said = kind === 'utterance' ? this.utterances[number]! : null;
      const home = kind === 'cluster' ? number - first : said ? said[5] : this.seedOf(number)[6];
      columns.kind.push(kind);
      columns.id.push(this.idOf(number));
      columns.x.push(x);
      columns.y.push(y);
      columns.cluster.push(home);
      columns.theme.push(home < 0 ? -1 : this.themes[home]!);
      columns.sort.push(said ? said[4] : kind === 'seed' ? this.seedOf(number)[3] : null);
      columns.speaker.push(this.speaker(number));
      columns.at.push(kind === 'cluster' ? null : Math.floor(Date.parse(this.at(number)) / 1000));
      columns.is_provisional.push(provisional);
      SCORES.forEach((name, i) => columns[name].push(said ? said[6 + i] as Maybe : null));
    }
    return { map: found.facts, clusters: named, columns };
  }

  private search(query: string): FoundItem[] {
    const words = plain(query).split(/\s+/u).filter(Boolean);
    if (!words.length) return [];
    this.searched ??= Array.from({ length: this.numbers.size }, (_, n) => [plain(this.words(n)), n]);
    return this.searched.filter(([text]) => words.every((word) => text.includes(word)))
      .map(([, n]) => ({ kind: this.kind(n), id: this.idOf(n), text: this.words(n), speaker: this.speaker(n), at: this.at(n), by: 'words' as const, similarity: null, also: [], article: null }))
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  }

  private snippet(id: string): Snippet[] {
    const number = this.numbers.get(id);
    return number === undefined ? [] : [{
      kind: this.kind(number), id, text: [...this.text(number)].slice(0, SNIPPET_CHARS).join(''), speaker: this.speaker(number),
    }];
  }

  /** Returns the links of an item, the strongest first; where both ends stored one, it counts once. */
  private linked(number: number): Link[] {
    const seen = new Set<string>();
    return [...this.links.get(number) ?? []].sort((a, b) => b.weight - a.weight).filter(({ other, isPart }) => {
      const key = `${isPart}${other}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  private edges(number: number): EdgeEnd[] {
    return this.linked(number).map(({ other, isPart, role, weight }) =>
      ({ type: isPart ? 'part_of' as const : 'near' as const, role, weight, kind: this.kind(other), id: this.idOf(other) }));
  }

  private near(number: number): NearItem[] {
    return this.linked(number).filter((one) => !one.isPart).slice(0, NEIGHBOURS)
      .map(({ other, weight }) => ({ kind: this.kind(other), id: this.idOf(other), weight, text: this.text(other) }));
  }

  /** Returns from where in an utterance its seeds were taken, in the order of its words. */
  private said(utterance: number): SourceRow[] {
    return [...this.sources.get(utterance) ?? []].sort((a, b) => (a[2] ?? Infinity) - (b[2] ?? Infinity));
  }

  private seed(number: number): SeedDetail {
    const [id, body, at, kind, grounding, review] = this.seedOf(number);
    return {
      id, kind, body, grounding, review_status: review, source_changed: 0, at, ...UNKNOWN.seed,
      sources: (this.sources.get(number) ?? []).map(([, utterance, start, end]) => ({
        id: this.idOf(utterance), contents: this.text(utterance), speaker: this.speaker(utterance), at: this.at(utterance), span_start: start, span_end: end, relation_type: 'derived_from',
      })),
      clusters: (this.links.get(number) ?? []).filter((one) => one.isPart && one.isOut).sort((a, b) => b.weight - a.weight)
        .map(({ other, role, weight }) => ({ id: this.idOf(other), title: this.clusterOf(other)[3], role: role ?? '', weight })),
      neighbours: this.near(number),
    };
  }

  private utterance(number: number): UtteranceDetail {
    const [id, contents, at, speaker, role, , ...values] = this.utterances[number]!;
    return {
      id, contents, speaker, at, role, role_confidence: null, ...scores(values), ...UNKNOWN.utterance,
      seeds: this.said(number).map(([seed]) => this.seedOf(seed)).map(([own, body, , kind, grounding, review]) =>
        ({ id: own, kind, body, grounding, review_status: review })),
      neighbours: this.near(number),
    };
  }

  private cluster(number: number, query: URLSearchParams): ClusterDetail {
    const [id, , , title, overview, category, strength, seeds, ...averages] = this.clusterOf(number);
    const path: ClusterDetail['path'] = [];
    for (let at: number | undefined = number; at !== undefined && path.length < 100;) {
      const row: ClusterFacts = this.clusterOf(at);
      path.unshift({ id: row[0], title: row[3] });
      at = row[1] === null ? undefined : this.numbers.get(row[1]);
    }
    const inner = new Set([id]);
    for (const row of this.clusters) if (row[1] !== null && inner.has(row[1])) inner.add(row[0]);
    const weights = new Map<number, number>();
    for (const one of inner) {
      for (const { other, isPart, isOut, role, weight } of this.links.get(this.numbers.get(one)!) ?? []) {
        if (isPart && !isOut && MEMBERS.has(role) && this.kind(other) !== 'cluster') weights.set(other, Math.max(weight, weights.get(other) ?? 0));
      }
    }
    return {
      id, title, overview, category, strength, seeds, map_id: this.maps.has(id) ? id : null, is_pinned: 0,
      averages: scores(averages), path, ...UNKNOWN.cluster,
      children: this.clusters.filter((row) => row[1] === id).map((row) => ({ id: row[0], title: row[3], seeds: row[7] })),
      members: page([...weights].sort((a, b) => b[1] - a[1]).map(([member, weight]) => {
        if (this.kind(member) === 'utterance') {
          const [own, text] = this.utterances[member]!;
          return { type: 'utterance', id: own, kind: null, text: text ?? '', grounding: null, weight };
        }
        const [own, text, , kind, grounding] = this.seedOf(member);
        return { type: 'seed', id: own, kind, text, grounding, weight };
      }), query),
      neighbours: this.near(number),
    };
  }
}

function scores(values: Scores): Record<Score, Maybe> {
  return Object.fromEntries(SCORES.map((name, i) => [name, values[i] ?? null])) as Record<Score, Maybe>;
}

function listed([id, parent, depth, title, overview, category, , seeds]: ClusterFacts): ClusterRow {
  return { id, parent_id: parent, depth, title, overview, category, seeds, is_pinned: false };
}

/** Cuts a page out of rows; without a query all of them are one. */
function page<T>(rows: T[], query?: URLSearchParams): { items: T[]; next_offset: number | null } {
  if (!query) return { items: rows, next_offset: null };
  const [from, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 50)];
  return { items: rows.slice(from, from + limit), next_offset: from + limit < rows.length ? from + limit : null };
}

/** Makes full-width and half-width, large and small letters equal. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function add<T>(to: T[], rows: unknown[]): void {
  for (const row of rows) to.push(row as T);
}

function put<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

const blocks = document.querySelectorAll<HTMLElement>('script[data-of]');

/** The data of this file, where the page is one; null where a server answers. */
export const snapshot = blocks.length ? new Snapshot(blocks) : null;
