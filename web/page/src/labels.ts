// Titles over the map. Larger themes first, smaller ones as one comes nearer, then single seeds; none covers another.

import { snippets } from './api';
import { button } from './dom';
import type { Canvas } from './canvas';
import type { Points } from './points';
import { nth } from './colours';

const DEEPER_EVERY = 1.6; // zoom at which each further level of the tree appears
const SEEDS_FROM = 3.2;
const SEEDS_AT_ONCE = 40;
const SEED_CHARS = 22;
const GAP_PX = 4;
const ABOVE_PX = -17; // a title stands above the sign of its cluster, the words of a seed below its own
const BELOW_PX = 15;
const SHIFTS = [0, -1, 1, -2, 2]; // heights by which a label may stand off its place

interface Label { key: string; element: HTMLButtonElement; place: [number, number]; size: [number, number] }
interface Box { left: number; top: number; right: number; bottom: number }

export class Labels {
  private readonly labels = new Map<string, Label>();
  private points: Points | null = null;
  private shown: boolean[] = [];
  private texts = new Map<string, string>();
  private isDue = false;
  private asked = 0;

  constructor(
    private readonly div: HTMLElement, private readonly canvas: Canvas,
    private readonly chosen: (kind: 'cluster' | 'seed', id: string) => void,
  ) {
    // A label is no obstacle to the wheel.
    div.addEventListener('wheel', (event) => {
      event.preventDefault();
      canvas.element?.dispatchEvent(new WheelEvent('wheel', event));
    }, { passive: false });
  }

  show(points: Points, shown: boolean[]): void {
    this.points = points;
    this.shown = shown;
    this.labels.clear();
    this.div.replaceChildren();
    this.refresh();
  }

  /** Draws them anew with the next picture. */
  refresh(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.draw();
    });
  }

  private draw(): void {
    if (!this.points) return;
    const { points } = this;
    const { zoom } = this.canvas;
    const taken: Box[] = [];
    const kept = new Set<string>();
    for (const [place, cluster] of this.titles(zoom)) {
      const label = this.label(`c${cluster.id}`, cluster.title ?? '', place, () => this.chosen('cluster', cluster.id),
        cluster.depth <= this.top() ? 'title' : 'title inner', nth(points.facts.scope === 'cluster' ? points.clusters.indexOf(cluster) : cluster.theme));
      if (this.put(label, taken, ABOVE_PX)) kept.add(label.key);
    }
    if (zoom >= SEEDS_FROM || points!.facts.scope === 'cluster') {
      const near = this.seedsInSight();
      this.askFor(near.map((i) => this.points!.rows[i]!.id));
      for (const i of near) {
        const { id } = this.points.rows[i]!;
        const text = this.texts.get(id);
        if (!text) continue;
        const label = this.label(`s${id}`, text, this.points.place(i), () => this.chosen('seed', id), 'words', '');
        if (this.put(label, taken, BELOW_PX)) kept.add(label.key);
      }
    }
    for (const [key, label] of this.labels) label.element.classList.toggle('away', !kept.has(key));
  }

  private top(): number {
    return this.points!.clusters.reduce((least, one) => Math.min(least, one.depth), Infinity);
  }

  /** Returns the clusters of the levels that this zoom shows, in the order of importance. */
  private titles(zoom: number): [[number, number], Points['clusters'][number]][] {
    const points = this.points!;
    const { facts } = points;
    const deepest = this.top() + Math.floor(Math.log(Math.max(1, zoom)) / Math.log(DEEPER_EVERY)) + (facts.scope === 'cluster' ? 9 : 0);
    return points.clusters.flatMap((cluster, number) => {
      if (cluster.depth > deepest || cluster.id === facts.cluster_id) return [];
      const place = this.placeOf(cluster.id, number);
      return place ? [[place, cluster] as [[number, number], typeof cluster]] : [];
    });
  }

  private placeOf(id: string, number: number): [number, number] | null {
    const points = this.points!;
    const own = points.index(id);
    if (own !== undefined) return points.place(own);
    // A map without a point of the cluster: the middle of what belongs to it.
    let [x, y, n] = [0, 0, 0];
    points.rows.forEach((row, i) => {
      if (row.cluster !== number || !this.shown[i]) return;
      const place = points.place(i);
      [x, y, n] = [x + place[0], y + place[1], n + 1];
    });
    return n >= 3 ? [x / n, y / n] : null;
  }

  private seedsInSight(): number[] {
    const points = this.points!;
    const found: [number, number][] = [];
    points.rows.forEach((row, i) => {
      if (row.kind !== 'seed' || !this.shown[i]) return;
      const at = this.canvas.screen(points.place(i));
      if (this.canvas.isInside(at)) found.push([i, 0]);
    });
    return found.slice(0, SEEDS_AT_ONCE).map(([i]) => i);
  }

  private askFor(ids: string[]): void {
    const missing = ids.filter((id) => !this.texts.has(id));
    if (!missing.length) return;
    for (const id of missing) this.texts.set(id, '');
    this.asked += 1;
    void snippets(missing).then((known) => {
      for (const id of missing) {
        const chars = [...(known.get(id)?.text ?? '')];
        this.texts.set(id, chars.length > SEED_CHARS ? `${chars.slice(0, SEED_CHARS).join('')}…` : chars.join(''));
      }
      this.refresh();
    }, () => { for (const id of missing) this.texts.delete(id); });
  }

  private label(key: string, text: string, place: [number, number], act: () => void, kind: string, colour: string): Label {
    const found = this.labels.get(key);
    if (found) return Object.assign(found, { place });
    const element = button(text, act, { class: `label ${kind} away`, tabindex: -1 });
    element.style.setProperty('--of', colour || 'transparent');
    this.div.append(element);
    const label = { key, element, place, size: [element.offsetWidth, element.offsetHeight] as [number, number] };
    this.labels.set(key, label);
    return label;
  }

  /** Places a label if nothing is in its way; it stands so many pixels off its point. */
  private put(label: Label, taken: Box[], off: number): boolean {
    const [x, y] = this.canvas.screen(label.place);
    const [width, height] = label.size;
    if (!width || !this.canvas.isInside([x, y])) return false;
    const left = Math.max(4, Math.min(x - width / 2, this.div.clientWidth - width - 4));
    for (const shift of off > 0 ? [0] : SHIFTS) {
      const top = y - height / 2 + off + shift * (height + GAP_PX);
      const box = { left: left - GAP_PX, top: top - GAP_PX / 2, right: left + width + GAP_PX, bottom: top + height + GAP_PX / 2 };
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      label.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
      return true;
    }
    return false;
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
