// Titles over the map. Larger themes first, smaller ones as one comes nearer, then single seeds; none covers another.

import { snippets } from './api';
import { button, h } from './dom';
import type { Canvas, Projection } from './canvas';
import type { ClusterName } from './api.gen';
import type { Points } from './points';
import { nth } from './colours';
import { said, t } from './words';

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
  private at: Projection = { scale: 1, left: 0, top: 0 };
  private width = 0;
  private height = 0;
  private top = Infinity; // depth of the themes
  private held: boolean[] = [];
  private centres: ([number, number] | null)[] | null = null;

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
    this.centres = null;
    this.held = points.held(shown);
    this.top = points.clusters.reduce((least, one) => Math.min(least, one.depth), Infinity);
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

  /** Lets them vanish while points glide, for they stand where points will be. */
  hide(isHidden: boolean): void {
    this.div.classList.toggle('gliding', isHidden);
  }

  private draw(): void {
    if (!this.points) return;
    const { points } = this;
    this.at = this.canvas.projection();
    [this.width, this.height] = [this.div.clientWidth, this.div.clientHeight];
    const { zoom } = this.canvas;
    const taken: Box[] = [];
    const kept = new Set<string>();
    for (const [place, cluster, number] of this.titles(zoom)) {
      if (!this.isInside(this.screen(place))) continue;
      const label = this.label(`c${cluster.id}`, cluster.title ?? '', place, () => this.chosen('cluster', cluster.id),
        cluster.depth <= this.top ? 'title' : 'title inner', nth(points.facts.scope === 'cluster' ? number : cluster.theme));
      if (this.put(label, taken, ABOVE_PX)) kept.add(label.key);
    }
    if (zoom >= SEEDS_FROM || points.facts.scope === 'cluster') {
      const near = this.seedsInSight();
      this.askFor(near.map((i) => points.columns.id[i]!));
      for (const i of near) {
        const id = points.columns.id[i]!;
        const text = this.texts.get(id);
        if (!text) continue;
        const label = this.label(`s${id}`, text, points.place(i), () => this.chosen('seed', id), 'words', '');
        if (this.put(label, taken, BELOW_PX)) kept.add(label.key);
      }
    }
    for (const [key, label] of this.labels) label.element.classList.toggle('away', !kept.has(key));
  }

  private screen([x, y]: [number, number]): [number, number] {
    return [this.at.left + x * this.at.scale, this.at.top - y * this.at.scale];
  }

  private isInside([x, y]: [number, number]): boolean {
    return x >= 0 && y >= 0 && x <= this.width && y <= this.height;
  }

  /** Returns the clusters of the levels that this zoom shows, in the order of importance. */
  private titles(zoom: number): [[number, number], ClusterName, number][] {
    const { facts, clusters } = this.points!;
    const deepest = this.top + Math.floor(Math.log(Math.max(1, zoom)) / Math.log(DEEPER_EVERY)) + (facts.scope === 'cluster' ? 9 : 0);
    return clusters.flatMap((cluster, number) => {
      if (cluster.depth > deepest || cluster.id === facts.cluster_id || !cluster.title || !this.held[number]) return [];
      const place = this.placeOf(cluster.id, number);
      return place ? [[place, cluster, number] as [[number, number], ClusterName, number]] : [];
    });
  }

  private placeOf(id: string, number: number): [number, number] | null {
    const points = this.points!;
    const own = points.index(id);
    return own === undefined ? this.middles()[number] ?? null : points.place(own);
  }

  /** The middle of what belongs to each cluster, for maps without a point of it. */
  private middles(): ([number, number] | null)[] {
    if (this.centres) return this.centres;
    const points = this.points!;
    const sums = points.clusters.map(() => [0, 0, 0] as [number, number, number]);
    points.columns.cluster.forEach((cluster, i) => {
      if (cluster < 0 || !this.shown[i]) return;
      const [x, y] = points.place(i);
      const sum = sums[cluster]!;
      [sum[0], sum[1], sum[2]] = [sum[0] + x, sum[1] + y, sum[2] + 1];
    });
    this.centres = sums.map(([x, y, n]) => (n >= 3 ? [x / n, y / n] : null));
    return this.centres;
  }

  private seedsInSight(): number[] {
    const points = this.points!;
    const { kind } = points.columns;
    const found: number[] = [];
    for (let i = 0; i < points.length && found.length < SEEDS_AT_ONCE; i += 1) {
      if (kind[i] === 'seed' && this.shown[i] && this.isInside(this.screen(points.place(i)))) found.push(i);
    }
    return found;
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
    const [x, y] = this.screen(label.place);
    const [width, height] = label.size;
    if (!width || !this.isInside([x, y])) return false;
    const left = Math.max(4, Math.min(x - width / 2, this.width - width - 4));
    for (const shift of off > 0 ? [0] : SHIFTS) {
      const top = y - height / 2 + off + shift * (height + GAP_PX);
      if (top < 2 || top + height > this.height - 2) continue;
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

export class Tip {
  private wanted = -1;

  constructor(private readonly div: HTMLElement) {}

  hide(): void {
    this.wanted = -1;
    this.div.hidden = true;
  }

  async show(points: Points, index: number, at: { x: number; y: number }): Promise<void> {
    this.wanted = index;
    const { id, kind, sort, speaker } = points.columns;
    const one = (await snippets([id[index]!])).get(id[index]!);
    if (!one || this.wanted !== index) return; // the pointer has gone on
    this.div.replaceChildren(
      h('small', {}, [t(kind[index]!), said(sort[index]), speaker[index]].filter(Boolean).join(' · ')), h('p', {}, one.text));
    this.div.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.div;
    this.div.style.left = `${Math.max(8, Math.min(at.x + 14, innerWidth - width - 8))}px`;
    this.div.style.top = `${at.y + 18 + height > innerHeight ? at.y - height - 14 : at.y + 18}px`;
  }
}
