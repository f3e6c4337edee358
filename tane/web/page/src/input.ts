// The keyboard and the pointer: keys (none of them while somebody writes), steps from point to point, a line drawn around points.

import type { Canvas } from './canvas';
import type { Points } from './points';
import { SPACE } from './points';
import { h } from './dom';
import { t } from './words';

export interface Keys {
  search(): void; escape(): void; list(): void; fit(): void; zoom(factor: number): void; step(dx: number, dy: number): void; enter(): void;
}

const STEPS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function keys(act: Keys): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog')) return;
    const { target } = event;
    if (event.key === 'Escape') {
      if (target instanceof HTMLElement) target.blur();
      act.escape();
      return;
    }
    if (target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    const step = STEPS[event.key];
    if (event.key === '/') act.search();
    else if (event.key === 'l' || event.key === 'L') act.list();
    else if (event.key === '0') act.fit();
    else if (event.key === '+' || event.key === '=') act.zoom(1.4);
    else if (event.key === '-') act.zoom(1 / 1.4);
    else if (step && !isIn(target, '#panel, #list, #filters')) act.step(...step);
    else if (event.key === 'Enter' && !isIn(target, 'button, a, summary')) act.enter();
    else return;
    event.preventDefault();
  });
}

function isIn(target: EventTarget | null, what: string): boolean {
  return target instanceof Element && target.closest(what) !== null;
}

/** Returns the next shown point in a direction, -1 where there is none; what lies aside counts twice. */
export function nextPoint(points: Points, shown: boolean[], canvas: Canvas, from: number | undefined, [dx, dy]: [number, number]): number {
  const here = from === undefined ? [SPACE / 2, SPACE / 2] as [number, number] : points.place(from);
  const { scale } = canvas.projection();
  let [best, cost] = [-1, Infinity];
  for (let i = 0; i < points.length; i += 1) {
    if (!shown[i] || i === from) continue;
    const [x, y] = points.place(i);
    const [right, down] = [(x - here[0]) * scale, (here[1] - y) * scale];
    const along = right * dx + down * dy;
    const beside = Math.abs(right * dy) + Math.abs(down * dx);
    if (along > 0.5 && beside <= along && along + beside < cost) [best, cost] = [i, along + beside];
  }
  return best;
}

/** Lets the user draw one line over the stage, and hands its points over; Esc gives up. */
export function drawLasso(stage: HTMLElement, done: (line: [number, number][]) => void): void {
  const before = stage.querySelector('.lasso');
  before?.remove();
  if (before) return; // the button again: give up
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'polygon');
  svg.append(path);
  const layer = h('div', { class: 'lasso' }, h('p', {}, t('lassoHint')));
  layer.append(svg);
  let line: [number, number][] = [];
  layer.addEventListener('pointerdown', (event) => {
    layer.setPointerCapture(event.pointerId);
    line = [[event.offsetX, event.offsetY]];
  });
  layer.addEventListener('pointermove', (event) => {
    if (!line.length) return;
    line.push([event.offsetX, event.offsetY]);
    path.setAttribute('points', line.map((at) => at.join(',')).join(' '));
  });
  layer.addEventListener('pointercancel', () => { line = []; });
  layer.addEventListener('pointerup', () => {
    layer.remove();
    if (line.length > 2) done(line);
  });
  stage.append(layer);
}
