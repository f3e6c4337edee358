// The points of one map. A point keeps its index for as long as the map is open, so that it can glide and fade.

import { squeezed } from './squeeze';
import type { ClusterName, Columns, Kind, MapFacts, MapPoints } from './api';

export const SPACE = 4096;
const SPREAD = 3000;
export const SCORES = ['hypothetical', 'confidence', 'reinterpretation', 'resistance', 'direction'] as const;
export type Score = (typeof SCORES)[number];

export interface Wanted {
  kinds: Set<Kind>; sort: string; speaker: string; score: Score | ''; least: number; from: number | null; to: number | null;
}

type Row = { [K in keyof Columns]: Columns[K][number] };

export class Points {
  facts: MapFacts;
  clusters: ClusterName[] = [];
  rows: Row[] = [];
  private places = new Map<string, number>();
  private isHere: boolean[] = [];
  private readonly middle: [number, number];
  private readonly across: (x: number) => number;
  private readonly along: (y: number) => number;
  private readonly scale: number;

  constructor(from: MapPoints) {
    this.facts = from.map;
    this.across = squeezed(from.columns.x);
    this.along = squeezed(from.columns.y);
    const [x, y] = [from.columns.x.map(this.across), from.columns.y.map(this.along)];
    const [left, right, low, high] = [least(x), most(x), least(y), most(y)];
    this.middle = x.length ? [(left + right) / 2, (low + high) / 2] : [0, 0];
    const extent = Math.max(right - left, high - low);
    this.scale = Number.isFinite(extent) && extent > 0 ? SPREAD / extent : 1;
    this.take(from);
  }

  /** Takes the map as it is now: known points move, new ones are added at the end, and those that are gone fade. */
  take(from: MapPoints): void {
    this.facts = from.map;
    this.clusters = from.clusters;
    this.isHere.fill(false);
    const columns = from.columns;
    const names = Object.keys(columns) as (keyof Columns)[];
    for (let i = 0; i < columns.id.length; i += 1) {
      const row = Object.fromEntries(names.map((name) => [name, columns[name][i]])) as Row;
      this.put(row);
    }
  }

  /** Adds a point, or moves it. */
  put(row: Row): number {
    const index = this.places.get(row.id) ?? this.rows.length;
    this.places.set(row.id, index);
    this.rows[index] = row;
    this.isHere[index] = true;
    return index;
  }

  index(id: string): number | undefined {
    const found = this.places.get(id);
    return found !== undefined && this.isHere[found] ? found : undefined;
  }

  get size(): number {
    return this.isHere.reduce((n, here) => n + (here ? 1 : 0), 0);
  }

  /** Returns where a point stands in the space that is drawn; y grows upwards there. */
  place(index: number): [number, number] {
    const row = this.rows[index]!;
    const [x, y] = [this.across(row.x), this.along(row.y)];
    return [SPACE / 2 + (x - this.middle[0]) * this.scale, SPACE / 2 + (y - this.middle[1]) * this.scale];
  }

  /** Tells of each point whether it is shown. */
  shown(wanted: Wanted): boolean[] {
    return this.rows.map((row, i) => !!this.isHere[i] && wanted.kinds.has(row.kind)
      && (!wanted.sort || row.sort === wanted.sort)
      && (!wanted.speaker || row.speaker === wanted.speaker)
      && (!wanted.score || (row[wanted.score] ?? -Infinity) >= wanted.least)
      && (row.at === null || ((wanted.from === null || row.at >= wanted.from) && (wanted.to === null || row.at <= wanted.to))));
  }

  /** Returns the points within a cluster and within all that it holds. */
  within(id: string): number[] {
    const inner = new Set<number>();
    const ids = new Set([id]);
    for (let grew = true; grew;) {
      grew = false;
      this.clusters.forEach((one, i) => {
        if (!inner.has(i) && (ids.has(one.id) || (one.parent_id && ids.has(one.parent_id)))) {
          inner.add(i);
          ids.add(one.id);
          grew = true;
        }
      });
    }
    return this.rows.flatMap((row, i) => (this.isHere[i] && inner.has(row.cluster) ? [i] : []));
  }

  /** Returns by what a point is coloured: its theme, or on the map of a cluster the part of it that it belongs to. */
  branch(index: number): number {
    const { cluster, theme } = this.rows[index]!;
    if (this.facts.scope !== 'cluster') return theme;
    let found = theme;
    for (let at = cluster, steps = 0; at >= 0 && steps < 100; steps += 1) {
      const { id, parent_id: parent } = this.clusters[at]!;
      if (id === this.facts.cluster_id) return found;
      if (parent === this.facts.cluster_id) found = at;
      at = this.clusters.findIndex((one) => one.id === parent);
    }
    return found;
  }

  /** Returns the first and last time of what is here, in seconds; null where nothing has one. */
  span(): [number, number] | null {
    const times = this.rows.flatMap((row, i) => (this.isHere[i] && row.at !== null && row.kind === 'utterance' ? [row.at] : []));
    return times.length ? [least(times), most(times)] : null;
  }
}

function least(values: number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values: number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
