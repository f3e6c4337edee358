// What is shown of a map, and what colours mean.

import { h, button, icon } from './dom';
import type { Kind, Score } from './domain';
import { COLOUR_BY, nth, scale, sorts } from './colours';
import type { ColourBy } from './colours';
import { dot, mark } from './panel';
import { LOWEST, SCORES } from './domain';
import type { Points } from './points';
import { count, day, said, t } from './words';
import type { View } from './view';
import { fresh } from './view';

/** A range over a histogram, with a handle at each end: two sliders on one line, so that keys and screen readers know them. */
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

const KINDS: Kind[] = ['cluster', 'seed', 'utterance'];
const BINS = 40;
const STEPS = 200; // of a range of time

type Set_ = <K extends keyof View>(change: Pick<View, K>) => void;

/** Builds the filters; `changed` is called after the view has been changed. */
export function filters(points: Points, view: View, shown: number, changed: () => void, close: () => void): HTMLElement {
  const set: Set_ = (change) => {
    Object.assign(view, change);
    changed();
  };
  const speakers = [...new Set(points.columns.speaker)].filter((one): one is string => !!one).sort();
  const names = sorts(points);
  return h('form', { class: 'card', on: { submit: (event) => event.preventDefault() } },
    h('button', { type: 'button', class: 'close', 'aria-label': t('close'), on: { click: close } }, icon('close')),
    h('fieldset', { class: 'kinds' }, h('legend', {}, t('kinds')), ...KINDS.map((kind) => {
      const box = h('input', { type: 'checkbox', name: kind, checked: view.kinds.has(kind), on: { change: () => {
        const kinds = new Set(view.kinds);
        if (box.checked) kinds.add(kind); else kinds.delete(kind);
        set({ kinds });
      } } });
      return h('label', { class: 'check' }, box, mark(kind), t(kind));
    })),
    choice(t('colour'), 'colour', view.colour, COLOUR_BY.map((by) => [by, colourName(by)]), (by) => set({ colour: by as ColourBy })),
    legend(points, view, names),
    choice(t('sort'), 'sort', view.sort, [['', t('all')], ...names.map((name) => [name, said(name)] as [string, string])], (sort) => set({ sort })),
    speakers.length > 1
      ? choice(t('speaker'), 'speaker', view.speaker, [['', t('all')], ...speakers.map((name) => [name, name] as [string, string])], (speaker) => set({ speaker }))
      : null,
    choice(t('score'), 'score', view.score, [['', t('all')], ...SCORES.map((score) => [score, t(score)] as [string, string])], (score) =>
      set({ score: score as Score | '', least: LOWEST[score as Score] ?? 0, most: 1 })),
    view.score ? scores(points, view, view.score, set) : null,
    times(points, view, set),
    h('p', { class: 'count' }, `${count(shown)} / ${count(points.size)} ${t('points')}`),
    button(t('reset'), () => {
      const { kinds, sort, speaker, score, least, most, from, to, colour } = fresh();
      set({ kinds, sort, speaker, score, least, most, from, to, colour });
    }, { class: 'quiet', name: 'reset' }));
}

/** The range of a score, over how many have which. */
function scores(points: Points, view: View, score: Score, set: Set_): HTMLElement {
  const low = LOWEST[score];
  const bins = new Array<number>(BINS).fill(0);
  for (const value of points.columns[score]) if (value !== null) bins[bin(value, low, 1)]! += 1;
  return range({
    name: t(score), keys: ['least', 'most'], ends: [t('least'), t('most')], low, high: 1, step: 0.05, value: [view.least, view.most], bins,
    words: (value) => value.toFixed(2), act: ([least, most]) => set({ least, most }),
  });
}

/** The time brush: from when to when, over how many points are of which time. */
function times(points: Points, view: View, set: Set_): HTMLElement | null {
  const span = points.span();
  if (!span || span[1] - span[0] < 86400) return null;
  const [first, last] = span;
  const step = Math.max(60, Math.floor((last - first) / STEPS));
  const high = first + step * Math.ceil((last - first) / step);
  const bins = new Array<number>(BINS).fill(0);
  points.times((at) => { bins[bin(at, first, last)]! += 1; });
  return range({
    name: t('time'), keys: ['from', 'to'], ends: [t('from'), t('to')], low: first, high, step, value: [view.from ?? first, view.to ?? high], bins,
    words: (value) => day(Math.min(value, last)),
    act: ([from, to]) => set({ from: from <= first ? null : from, to: to >= last ? null : to }),
  });
}

function legend(points: Points, view: View, names: string[]): HTMLElement | null {
  if (view.colour === 'theme') return null; // the panel lists the themes in their colours
  if (view.colour === 'sort') return h('ul', { class: 'legend' }, ...names.slice(0, 12).map((name, n) => h('li', {}, dot(nth(n)), said(name))));
  if (view.colour === 'kind') return h('ul', { class: 'legend' }, ...(['utterance', 'seed', 'cluster'] as const).map((kind, n) => h('li', {}, dot(nth(n)), t(kind))));
  const span = points.span();
  const ends = view.colour === 'time' ? span ? span.map(day) : ['', ''] : view.colour === 'direction' ? [t('past'), t('future')] : ['0', '1'];
  const bar = h('div', { class: 'scale' });
  bar.style.background = scale();
  return h('div', { class: 'legend' }, bar, h('p', { class: 'ends' }, h('span', {}, ends[0]!), h('span', {}, ends[1]!)),
    h('p', {}, dot(nth(-1)), ` ${t('without')}`));
}

function bin(value: number, low: number, high: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * BINS)));
}

function colourName(by: ColourBy): string {
  return by === 'theme' ? t('themes') : by === 'kind' ? t('kinds') : by === 'sort' ? t('sort') : by === 'time' ? t('time') : t(by);
}

function choice(name: string, key: string, value: string, options: [string, string][], act: (value: string) => void): HTMLElement {
  const field = h('select', { name: key, on: { change: () => act(field.value) } },
    ...options.map(([id, text]) => h('option', { value: id, selected: id === value }, text)));
  return h('label', {}, h('span', {}, name), field);
}
