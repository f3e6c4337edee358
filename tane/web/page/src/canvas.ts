// Draws the points; cosmos.gl does the work, the places are ours.

import { Graph, PointShape } from '@cosmos.gl/graph';
import type { Points } from './points';
import { SPACE } from './points';
import { isDark } from './colours';

const SHAPES = { utterance: PointShape.Circle, seed: PointShape.Diamond, cluster: PointShape.Hexagon };
const SIZES = { utterance: 4, seed: 7, cluster: 15 };
const GLIDE_MS = 1100;
const PADDING = 0.1;
const RESTS_AFTER_MS = 700;
const ROOM_PX = 27; // between points, at which their signs have their usual sizes

export interface Heard {
  click(index: number | undefined): void;
  over(index: number, at: { x: number; y: number }): void;
  out(): void;
  moved(byUser: boolean): void;
  glided(): void;
}

/** How places become pixels: x * scale + left, and y downwards. */
export interface Projection { scale: number; left: number; top: number }

// cosmos.gl draws sixty pictures a second for ever, of which a map at rest needs one; and it asks the graphics card what is
// under the pointer, which has to finish all pictures first, even while the map is moved. Its version is pinned.
interface Inner {
  startFrames(): void;
  stopFrames(): void;
  findHoveredItem(isAtOnce?: boolean): void;
  transition: { isActive: boolean; isPending: boolean };
}

export class Canvas {
  private readonly graph: Graph;
  private extent: [number, number] = [1, 1];
  private points: Points | null = null;
  private shown: boolean[] = [];
  private resting: ReturnType<typeof setTimeout> | undefined;
  private isAwake = false;
  private awakeUntil = 0; // performance.now()
  private isMoved = false;
  private isGliding = false;
  private arriving: ReturnType<typeof setTimeout> | undefined;
  private hasLines = false;
  private waiting: (() => void) | null = null;
  private sizeScale = 1;
  private pointer = { x: 0, y: 0 };

  private constructor(private readonly div: HTMLDivElement, private readonly heard: Heard) {
    this.graph = new Graph(div, {
      enableSimulation: false, enableDrag: false, rescalePositions: false, spaceSize: SPACE, fitViewOnInit: false,
      backgroundColor: [0, 0, 0, 0], transitionDuration: GLIDE_MS, scalePointsOnZoom: false, renderHoveredPointRing: true,
      hoveredPointRingColor: '#888888', linkDefaultWidth: 1.2, linkDefaultArrows: false,
      curvedLinks: true, linkVisibilityMinTransparency: 1, attribution: '', pixelRatio: Math.min(2, devicePixelRatio || 1),
      onClick: (index) => heard.click(index),
      onPointMouseOver: (index) => heard.over(index, this.pointer), // it is found some pictures after the pointer has moved
      onPointMouseOut: () => heard.out(),
      onZoom: (_, byUser) => { this.isMoved = true; this.wake(); heard.moved(byUser); },
      onZoomEnd: (_, byUser) => { this.isMoved = false; this.wake(); heard.moved(byUser); },
      onTransitionEnd: () => this.arrive(),
    });
    div.addEventListener('pointermove', (event) => { this.pointer = { x: event.clientX, y: event.clientY }; }, { passive: true });
    for (const name of ['pointermove', 'pointerdown', 'wheel']) div.addEventListener(name, () => this.wake(), { passive: true });
    new ResizeObserver(() => this.wake()).observe(div);
    const inner = this.graph as unknown as Inner;
    const look = inner.findHoveredItem.bind(this.graph);
    inner.findHoveredItem = (isAtOnce = false) => { if (isAtOnce || !this.isMoved) look(isAtOnce); };
  }

  /** Returns a canvas, or null where WebGL 2 is not to be had; a probe of its own would cost as much as the canvas. */
  static async make(div: HTMLDivElement, heard: Heard): Promise<Canvas | null> {
    if (typeof WebGL2RenderingContext === 'undefined') return null;
    try {
      const canvas = new Canvas(div, heard);
      await canvas.graph.ready;
      return canvas.graph.isReady ? canvas : null;
    } catch {
      div.replaceChildren();
      return null;
    }
  }

  get element(): HTMLCanvasElement | null {
    return this.div.querySelector('canvas');
  }

  /** Says what the picture is to who cannot see it. */
  name(words: string): void {
    this.element?.setAttribute('role', 'img');
    this.element?.setAttribute('aria-label', words);
  }

  /** Draws these points; what is not shown is absent, and keeps its index. */
  show(points: Points, shown: boolean[], colours: Float32Array, glide: boolean): void {
    this.points = points;
    this.shown = shown;
    const n = points.length;
    const { kind } = points.columns;
    const [positions, sizes, shapes] = [new Float32Array(n * 2), new Float32Array(n), new Float32Array(n)];
    const factor = Math.min(2, Math.max(0.35, Math.sqrt(Math.sqrt((this.div.clientWidth * this.div.clientHeight) / Math.max(1, n)) / ROOM_PX)));
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < n; i += 1) {
      const [x, y] = shown[i] ? points.place(i) : [NaN, NaN];
      positions[i * 2] = x;
      positions[i * 2 + 1] = y;
      if (shown[i]) [left, right, low, high] = [Math.min(left, x), Math.max(right, x), Math.min(low, y), Math.max(high, y)];
      sizes[i] = SIZES[kind[i]!] * factor;
      shapes[i] = SHAPES[kind[i]!];
    }
    this.extent = [Math.max(1, right - left), Math.max(1, high - low)];
    this.graph.setPointPositions(positions, true);
    this.graph.setPointColors(colours);
    this.graph.setPointSizes(sizes);
    this.graph.setPointShapes(shapes);
    this.graph.setLinks(new Float32Array());
    this.graph.setConfigPartial({
      focusedPointIndex: undefined, highlightedPointIndices: undefined,
      focusedPointRingColor: isDark() ? '#ffffff' : '#1d1b17', pointGreyoutOpacity: isDark() ? 0.22 : 0.14,
    });
    this.hasLines = false;
    this.waiting = null;
    this.graph.render(undefined, glide ? GLIDE_MS : 0);
    this.isGliding = glide;
    clearTimeout(this.arriving);
    if (glide) this.arriving = setTimeout(() => { if (!this.isMoving) this.arrive(); }, GLIDE_MS); // where nothing moves, no end is told
    this.wake(glide ? GLIDE_MS : 0);
  }

  /** Shows everything. */
  fit(durationMs = 0): void {
    this.graph.fitView(durationMs, PADDING);
    this.wake(durationMs);
  }

  /** Returns how much larger than the whole map things are: 1 is all of it. */
  get zoom(): number {
    return this.projection().scale / this.fitted;
  }

  projection(): Projection {
    const [left, top] = this.graph.spaceToScreenPosition([0, 0]);
    return { scale: (this.graph.spaceToScreenPosition([1000, 0])[0] - left) / 1000, left, top };
  }

  /** Pixels of a unit of space when all is in sight. */
  private get fitted(): number {
    const room = 1 - 2 * PADDING;
    return Math.min((this.div.clientWidth * room) / this.extent[0], (this.div.clientHeight * room) / this.extent[1]);
  }

  /** Lets points grow a little as one comes nearer: enough to be hit, not to cover each other. */
  resize(): void {
    const wanted = Math.min(3, Math.max(1, this.zoom ** 0.6));
    if (Math.abs(wanted / this.sizeScale - 1) < 0.02) return;
    this.sizeScale = wanted;
    this.graph.setConfigPartial({ pointSizeScale: wanted });
  }

  zoomBy(factor: number): void {
    this.graph.setZoomLevel(this.graph.getZoomLevel() * factor, 200);
    this.wake();
  }

  /** Returns the place in the middle and the zoom, for the address of the page. */
  view(): [number, number, number] {
    const [x, y] = this.graph.screenToSpacePosition([this.div.clientWidth / 2, this.div.clientHeight / 2]);
    return [x, y, this.zoom];
  }

  look([x, y, zoom]: [number, number, number], durationMs = 0): void {
    const level = zoom * this.fitted * (this.graph.getZoomLevel() / this.projection().scale);
    this.graph.setZoomTransformByPointPositions(new Float32Array([x, y]), durationMs, level);
    this.wake(durationMs);
  }

  /** Lets these stand out; null lets all. */
  highlight(indices: number[] | null): void {
    this.graph.setConfigPartial({ highlightedPointIndices: indices ?? undefined });
    this.wake();
  }

  focus(index: number | undefined): void {
    this.graph.setConfigPartial({ focusedPointIndex: index });
    this.wake();
  }

  /** Draws lines from a point to others, stronger ones fuller. */
  link(from: number | undefined, ends: { index: number; weight: number; isPart: boolean }[]): void {
    if (this.isGliding) { // a picture drawn anew would end it
      this.waiting = () => this.link(from, ends);
      return;
    }
    if (!ends.length && !this.hasLines) return;
    this.hasLines = ends.length > 0;
    const links = from === undefined ? [] : ends.flatMap((end) => [from, end.index]);
    const ink = isDark() ? [0.9, 0.9, 0.87] : [0.25, 0.23, 0.2];
    this.graph.setLinks(new Float32Array(links));
    this.graph.setLinkColors(new Float32Array(ends.flatMap((end) =>
      (end.isPart ? [0.18, 0.62, 0.44, 0.9] : [...ink, 0.15 + 0.6 * end.weight]))));
    this.graph.setLinkWidths(new Float32Array(ends.map((end) => (end.isPart ? 2 : 1.2))));
    this.graph.render(undefined, 0);
    this.wake();
  }

  /** Brings points into sight unless they are; `durationMs` 0 at once. */
  reveal(indices: number[], durationMs: number): void {
    const places = indices.filter((i) => this.shown[i]).map((i) => this.points!.place(i));
    const isSeen = places.every((place) => this.isInside(this.screen(place), 40));
    const isNear = places.length > 1 || this.zoom > 1.8;
    if (!places.length || (isSeen && isNear)) return;
    if (places.length === 1) this.look([...places[0]!, Math.max(this.zoom, 2.5)], durationMs);
    else this.graph.fitViewByPointPositions(places.flat(), durationMs, 0.25);
    this.wake(durationMs);
  }

  screen(place: [number, number]): [number, number] {
    return this.graph.spaceToScreenPosition(place);
  }

  isInside([x, y]: [number, number], margin = 0): boolean {
    return x >= margin && y >= margin && x <= this.div.clientWidth - margin && y <= this.div.clientHeight - margin;
  }

  /** Returns the shown points inside a line drawn around them. */
  inside(line: [number, number][]): number[] {
    return this.graph.findPointsInPolygon(line).filter((i) => this.shown[i]);
  }

  private arrive(): void {
    if (!this.isGliding) return;
    this.isGliding = false;
    this.heard.glided();
    this.heard.moved(false);
    this.waiting?.();
    this.waiting = null;
  }

  /** Whether points are on their way; where pictures are slow, that takes longer than its time. */
  private get isMoving(): boolean {
    const { transition } = this.graph as unknown as Inner;
    return transition.isActive || transition.isPending;
  }

  /** Draws pictures for a while, at least until all has arrived; without anything to move the last one stays. */
  private wake(forMs = 0): void {
    if (!this.isAwake && this.points) (this.graph as unknown as Inner).startFrames();
    this.isAwake = true;
    this.awakeUntil = Math.max(this.awakeUntil, performance.now() + RESTS_AFTER_MS + forMs);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), this.awakeUntil - performance.now());
  }

  private rest(): void {
    if (this.isMoving) {
      this.wake();
      return;
    }
    this.isAwake = false;
    (this.graph as unknown as Inner).stopFrames();
  }
}
