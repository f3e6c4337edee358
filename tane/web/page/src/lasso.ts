// Draws a line around points.

import { h } from './dom';
import { t } from './words';

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
