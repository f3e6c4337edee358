// What the owner keeps coming back to, what changed, what is open, what is new: the first thing to see, beside the atlas.

import type { TodayAnswer, TodayLine } from './api.gen';
import { h } from './dom';
import type { Leads } from './panel';
import { dot, mark, row } from './panel';
import type { Points } from './points';
import { nth } from './colours';
import { count, moment, t } from './words';

const QUOTES = 2; // of each theme

/** Shows what `tane today` says; every line leads to the utterance or seed that it quotes. Parts without lines are left out. */
export function todayView(today: TodayAnswer, leads: Leads, points: Points): HTMLElement | null {
  const theme = (id: string) => points.clusters.find((one) => one.id === id)?.theme ?? -1;
  const parts = [
    part(t('changed'), today.changed.map(({ before, after }) => h('li', { class: 'turn' },
      before ? line(before, leads, 'before') : null, line(after, leads, 'after')))),
    part(t('openQuestions'), today.open_questions.map((one) => h('li', {}, line(one, leads)))),
    part(t('recurring'), today.themes.map((one) => h('li', {}, row([
      dot(nth(theme(one.id))), h('span', { class: 'grow' }, one.title ?? '…', h('small', {}, `${count(one.days.length)} ${t('days')}`)),
    ], () => leads.choose('cluster', one.id)),
    h('ul', { class: 'quotes' }, ...one.lines.slice(0, QUOTES).map((quote) => h('li', {}, line(quote, leads))))))),
    today.new.since ? part(t('newSince'), today.new.lines.map((one) => h('li', {}, line(one, leads)))) : null,
  ].filter((one): one is HTMLElement => one !== null);
  // Without a text model nobody knows of turns and questions: their absence says nothing.
  if (parts.length && today.without_text_model) parts.push(h('p', {}, h('small', {}, t('withoutTextModel'))));
  return parts.length ? h('div', { class: 'today' }, ...parts) : null;
}

function part(title: string, rows: HTMLElement[]): HTMLElement | null {
  return rows.length ? h('section', {}, h('h3', {}, title), h('ul', { class: 'rows' }, ...rows)) : null;
}

function line(one: TodayLine, leads: Leads, kind: 'before' | 'after' | '' = ''): HTMLElement {
  const type = one.type === 'seed' ? 'seed' : 'utterance';
  const told = row([kind ? h('span', { class: 'when' }, t(kind)) : mark(type), h('span', { class: 'grow clamp' }, one.text,
    h('small', {}, [one.speaker, moment(one.at)].filter(Boolean).join(' · ')))], () => leads.choose(type, one.id));
  if (kind) told.classList.add(kind);
  return told;
}
