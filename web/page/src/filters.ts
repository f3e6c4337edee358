// What is shown of a map, and what colours mean.

import type { Kind } from './api';
import { COLOUR_BY, nth, sorts } from './colours';
import type { ColourBy } from './colours';
import { button, h } from './dom';
import { dot, mark } from './panel';
import type { Points, Score } from './points';
import { SCORES } from './points';
import { day, said, t } from './words';
import type { View } from './view';
import { fresh } from './view';

const KINDS: Kind[] = ['cluster', 'seed', 'utterance'];

/** Builds the filters; `changed` is called after the view has been changed. */
export function filters(points: Points, view: View, changed: (isColour: boolean) => void): HTMLElement {
  const set = <K extends keyof View>(name: K, value: View[K], isColour = false) => {
    view[name] = value;
    changed(isColour);
  };
  const speakers = [...new Set(points.rows.flatMap((row) => row.speaker ?? []))].sort();
  const names = sorts(points);
  return h('form', { class: 'card', on: { submit: (event) => event.preventDefault() } },
    h('fieldset', {}, h('legend', {}, t('kinds')), ...KINDS.map((kind) => {
      const box = h('input', { type: 'checkbox', name: kind, checked: view.kinds.has(kind), on: { change: () => {
        const kinds = new Set(view.kinds);
        if (box.checked) kinds.add(kind); else kinds.delete(kind);
        set('kinds', kinds);
      } } });
      return h('label', { class: 'check' }, box, mark(kind), t(kind));
    })),
    choice(t('colour'), 'colour', view.colour, COLOUR_BY.map((by) => [by, colourName(by)]), (by) => set('colour', by as ColourBy, true)),
    view.colour === 'sort' ? h('ul', { class: 'legend' }, ...names.slice(0, 12).map((name, n) => h('li', {}, dot(nth(n)), said(name)))) : null,
    choice(t('sort'), 'sort', view.sort, [['', t('all')], ...names.map((name) => [name, said(name)] as [string, string])], (sort) => set('sort', sort)),
    speakers.length > 1
      ? choice(t('speaker'), 'speaker', view.speaker, [['', t('all')], ...speakers.map((name) => [name, name] as [string, string])], (name) => set('speaker', name))
      : null,
    choice(t('score'), 'score', view.score, [['', t('all')], ...SCORES.map((score) => [score, t(score)] as [string, string])], (score) => {
      view.least = score === 'direction' ? 0 : 0.5;
      set('score', score as Score | '');
    }),
    view.score ? slider(`${t('atLeast')}`, 'least', view.least, view.score === 'direction' ? -1 : 0, 1, 0.05,
      (value) => value.toFixed(2), (value) => set('least', value)) : null,
    ...times(points, view, set),
    button(t('reset'), () => {
      const { kinds, sort, speaker, score, least, from, to, colour } = fresh();
      Object.assign(view, { kinds, sort, speaker, score, least, from, to, colour });
      changed(true);
    }, { class: 'quiet' }));
}

function times(points: Points, view: View, set: <K extends keyof View>(name: K, value: View[K]) => void): (HTMLElement | null)[] {
  const span = points.span();
  if (!span || span[1] - span[0] < 86400) return [];
  const [first, last] = span;
  const step = Math.max(3600, Math.floor((last - first) / 200));
  return [
    slider(t('from'), 'from', view.from ?? first, first, last, step, day, (value) => set('from', value <= first ? null : value)),
    slider(t('to'), 'to', view.to ?? last, first, last, step, day, (value) => set('to', value + step > last ? null : value)),
  ];
}

function colourName(by: ColourBy): string {
  return by === 'theme' ? t('themes') : by === 'kind' ? t('kinds') : by === 'sort' ? t('sort') : by === 'time' ? t('time') : t(by);
}

function choice(name: string, key: string, value: string, options: [string, string][], act: (value: string) => void): HTMLElement {
  const field = h('select', { name: key, on: { change: () => act(field.value) } },
    ...options.map(([id, text]) => h('option', { value: id, selected: id === value }, text)));
  return h('label', {}, h('span', {}, name), field);
}

function slider(
  name: string, key: string, value: number, low: number, high: number, step: number,
  words: (value: number) => string, act: (value: number) => void,
): HTMLElement {
  const told = h('output', {}, words(value));
  const field = h('input', { type: 'range', name: key, min: low, max: high, step, value, on: {
    input: () => { told.textContent = words(Number(field.value)); },
    change: () => act(Number(field.value)),
  } });
  return h('label', {}, h('span', {}, name, ' ', told), field);
}
