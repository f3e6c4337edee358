// The points of one map, in columns. A point keeps its index for as long as the map is open, so that it can glide and fade.

import type { ClusterName, MapColumns, MapFacts, MapPoints, ArrivedItem } from './api.gen';
import type { Kind, Score } from './domain';
import { SCORES } from './domain';

// Groups that have nothing in common, such as two languages, are laid out so far apart that each would be a dot; how far
// that is means nothing, while distances within a group stay as they are: empty stretches of an axis are shortened.
const LONGEST_GAP = 0.07; // of the whole axis, before and after

/** Returns a rising, piecewise linear function that shortens the gaps between these values, with slope 1 elsewhere. */
export function squeezed(values: number[]): (value: number) => number {
  const sorted = Float64Array.from(values).sort();
  const extent = sorted.length ? sorted[sorted.length - 1]! - sorted[0]! : 0;
  const longest = extent * LONGEST_GAP;
  const gaps: [number, number][] = []; // where each begins, and how much is taken out of it
  for (let i = 1; i < sorted.length; i += 1) {
    const gap = sorted[i]! - sorted[i - 1]!;
    if (gap > longest) gaps.push([sorted[i - 1]!, gap - longest]);
  }
  return (value) => gaps.reduce((at, [from, taken]) => {
    const into = (value - from) / (taken + longest);
    return at - taken * Math.min(1, Math.max(0, into));
  }, value);
}

export const SPACE = 4096;
const SPREAD = 3000;

/** A map on which something was placed. */
export type PresentMap = MapPoints & { map: MapFacts };

export interface Wanted {
  kinds: Set<Kind>; sort: string; speaker: string; score: Score | ''; least: number; most: number; from: number | null; to: number | null;
}

export type Row = { [K in keyof MapColumns]: MapColumns[K][number] };

/** Returns the same for every score. */
export function forScores<T>(of: () => T): Record<Score, T> {
  return Object.fromEntries(SCORES.map((score) => [score, of()])) as Record<Score, T>;
}

/** Returns the columns of a map without points. */
export function noColumns(): MapColumns {
  return {
    kind: [], id: [], x: [], y: [], cluster: [], theme: [], sort: [], speaker: [], at: [], is_provisional: [],
    ...forScores((): (number | null)[] => []),
  };
}

export class Points {
  facts!: MapFacts;
  clusters: ClusterName[] = [];
  readonly columns = noColumns();
  private readonly indices = new Map<string, number>();
  private isHere: boolean[] = [];
  private here = 0;
  private places: number[] = []; // x and y of each, in the space that is drawn
  private parents: number[] = []; // of each cluster, -1 for none
  private middle: [number, number] = [0, 0];
  private across: (x: number) => number = (x) => x;
  private along: (y: number) => number = (y) => y;
  private scale = 1;

  constructor(from: PresentMap) {
    this.take(from);
  }

  /** Takes the map as it is now: known points move, new ones are added at the end, and those that are gone fade. */
  take(from: PresentMap): void {
    const isNew = this.facts?.id !== from.map.id;
    this.facts = from.map;
    this.clusters = from.clusters;
    const numbers = new Map(this.clusters.map((one, i) => [one.id, i]));
    this.parents = this.clusters.map((one) => (one.parent_id === null ? -1 : numbers.get(one.parent_id) ?? -1));
    this.isHere.fill(false);
    this.here = 0;
    if (isNew) this.frame(from.columns);
    const { columns, indices } = this;
    const names = Object.keys(columns) as (keyof MapColumns)[];
    const places = from.columns.id.map((id) => {
      const known = indices.get(id);
      if (known !== undefined) return known;
      indices.set(id, indices.size);
      return indices.size - 1;
    });
    for (const name of names) {
      const [to, values] = [columns[name] as unknown[], from.columns[name] as unknown[]];
      for (let i = 0; i < places.length; i += 1) to[places[i]!] = values[i];
    }
    for (const index of places) this.stand(index);
  }

  /** Adds a point, or moves it. */
  put(row: Row): number {
    const index = this.indices.get(row.id) ?? this.indices.size;
    this.indices.set(row.id, index);
    for (const name of Object.keys(this.columns) as (keyof MapColumns)[]) (this.columns[name] as unknown[])[index] = row[name];
    this.stand(index);
    return index;
  }

  index(id: string): number | undefined {
    const found = this.indices.get(id);
    return found !== undefined && this.isHere[found] ? found : undefined;
  }

  /** How many there are. */
  get size(): number {
    return this.here;
  }

  /** How many there ever were; indices are below it. */
  get length(): number {
    return this.columns.id.length;
  }

  /** Returns where a point stands in the space that is drawn; y grows upwards there. */
  place(index: number): [number, number] {
    return [this.places[index * 2]!, this.places[index * 2 + 1]!];
  }

  /** Tells of each point whether it is shown. */
  shown(wanted: Wanted): boolean[] {
    const { kind, sort, speaker, at } = this.columns;
    const score = wanted.score ? this.columns[wanted.score] : null;
    return this.isHere.map((here, i) => here && wanted.kinds.has(kind[i]!)
      && (!wanted.sort || sort[i] === wanted.sort)
      && (!wanted.speaker || speaker[i] === wanted.speaker)
      && (!score || ((score[i] ?? -Infinity) >= wanted.least && (score[i] ?? Infinity) <= wanted.most))
      && isWithin(at[i]!, wanted.from, wanted.to));
  }

  /** Returns the points within a cluster and within all that it holds. */
  within(id: string): number[] {
    const number = this.clusters.findIndex((one) => one.id === id);
    if (number < 0) return [];
    const isInner = this.clusters.map((_, i) => this.climb(i, (at) => at === number) === number);
    return this.columns.cluster.flatMap((cluster, i) => (this.isHere[i] && isInner[cluster] ? [i] : []));
  }

  /** Tells of each cluster whether any of these points is within it. */
  held(of: boolean[] = this.isHere): boolean[] {
    const found = this.clusters.map(() => false);
    this.columns.cluster.forEach((cluster, i) => { if (of[i] && cluster >= 0) found[cluster] = true; });
    found.forEach((is, i) => { if (is) this.climb(i, (at) => { found[at] = true; return false; }); });
    return found;
  }

  /** Returns for each cluster the one that its points are coloured by: its theme, or on a cluster's map the part of it. */
  branches(): number[] {
    if (this.facts.scope !== 'cluster') return this.clusters.map((one) => one.theme);
    const whole = this.clusters.findIndex((one) => one.id === this.facts.cluster_id);
    return this.clusters.map((one, i) => {
      const part = this.climb(i, (at) => at === whole || this.parents[at] === whole);
      return part < 0 ? one.theme : part;
    });
  }

  /** Returns the first and last time of what is here, in seconds; null where nothing has one. */
  span(): [number, number] | null {
    let [first, last] = [Infinity, -Infinity];
    this.times((at) => { [first, last] = [Math.min(first, at), Math.max(last, at)]; });
    return last < first ? null : [first, last];
  }

  /** Calls back with the time of each point here that has one. */
  times(tell: (at: number) => void): void {
    this.columns.at.forEach((time, i) => { if (time !== null && this.isHere[i]) tell(time); });
  }

  /** Goes up the tree until told to stop, and returns where; -1 above the top. */
  private climb(from: number, isEnough: (at: number) => boolean): number {
    let at = from;
    for (let steps = 0; at >= 0 && steps < 100; steps += 1) {
      if (isEnough(at)) return at;
      at = this.parents[at]!;
    }
    return -1;
  }

  private stand(index: number): void {
    if (!this.isHere[index]) this.here += 1;
    this.isHere[index] = true;
    this.places[index * 2] = SPACE / 2 + (this.across(this.columns.x[index]!) - this.middle[0]) * this.scale;
    this.places[index * 2 + 1] = SPACE / 2 + (this.along(this.columns.y[index]!) - this.middle[1]) * this.scale;
  }

  /** Fits a map into the space; what comes later stands in the same frame. */
  private frame({ x, y }: MapColumns): void {
    [this.across, this.along] = [squeezed(x), squeezed(y)];
    const [left, right] = extremes(x.map(this.across));
    const [low, high] = extremes(y.map(this.along));
    this.middle = x.length ? [(left + right) / 2, (low + high) / 2] : [0, 0];
    const extent = Math.max(right - left, high - low);
    this.scale = Number.isFinite(extent) && extent > 0 ? SPREAD / extent : 1;
  }
}

function isWithin(at: number | null, from: number | null, to: number | null): boolean {
  return at === null || ((from === null || at >= from) && (to === null || at <= to));
}

function extremes(values: number[]): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}

/** Puts an item where it has arrived, and returns its index; all else is known when the map is read again. */
export function put(points: Points, one: ArrivedItem): number {
  const known = points.index(one.id);
  return points.put({
    kind: one.kind, id: one.id, x: one.x, y: one.y, cluster: -1, theme: -1, speaker: null, at: null, is_provisional: 1,
    sort: known === undefined ? null : points.columns.sort[known]!,
    ...forScores(() => null),
  });
}
