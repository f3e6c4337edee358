// A range over a histogram, with a handle at each end: two sliders on one line, so that keys and readers know them.

import { h } from './dom';

export interface Range {
  name: string; keys: [string, string]; ends: [string, string]; low: number; high: number; step: number; value: [number, number];
  bins: number[]; words(value: number): string; act(value: [number, number]): void;
}

/** Builds it; `act` is called with both ends when a handle is let go. */
export function range(of: Range): HTMLElement {
  const told = h('output', {});
  const bars = of.bins.map((n) => {
    const bar = h('i', {});
    bar.style.height = n ? `${Math.max(8, (100 * n) / Math.max(...of.bins))}%` : '0';
    return bar;
  });
  const ends = of.keys.map((key, side) => h('input', {
    type: 'range', name: key, 'aria-label': `${of.name}: ${of.ends[side]}`, min: of.low, max: of.high, step: of.step, value: of.value[side],
    on: { input: () => keep(side), change: () => of.act(values()) },
  })) as [HTMLInputElement, HTMLInputElement];
  const values = (): [number, number] => [Number(ends[0].value), Number(ends[1].value)];
  const keep = (side: number) => {
    const [from, to] = values();
    if (from > to) ends[side]!.value = ends[1 - side]!.value; // a handle stops at the other
    draw();
  };
  const draw = () => {
    const [from, to] = values();
    told.textContent = `${of.words(from)} – ${of.words(to)}`;
    ends.forEach((end, side) => end.setAttribute('aria-valuetext', of.words([from, to][side]!)));
    const part = (n: number) => of.low + ((n + 0.5) / bars.length) * (of.high - of.low);
    bars.forEach((bar, n) => bar.classList.toggle('out', part(n) < from || part(n) > to));
  };
  draw();
  return h('fieldset', { class: 'range' }, h('legend', {}, of.name, ' ', told),
    h('div', { class: 'bins', 'aria-hidden': 'true' }, ...bars), h('div', { class: 'handles' }, ...ends));
}
