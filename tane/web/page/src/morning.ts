// A morning: what the last day brought, grouped; the owner's own talk beside it.

import type { DocumentGroup, EditionRow, MorningAnswer, MorningDocument } from './api.gen';
import type { EditionLeads } from './cited';
import { Numbers, beside, sentence } from './cited';
import { button, h, outward } from './dom';
import { row, section } from './panel';
import { count, moment, t, weekday } from './words';

export function morningPage(one: MorningAnswer, all: EditionRow[], leads: EditionLeads, about: HTMLElement): HTMLElement {
  const numbers = new Numbers();
  return h('article', { class: 'reading edition' },
    h('header', {}, h('p', { class: 'eyebrow' }, weekday(one.edition_date)), h('h2', {}, t('thisMorning')), neighbours(one, all, leads)),
    one.letter?.bullets.length ? h('section', { class: 'leading' }, h('div', { class: 'story' },
      one.letter.title ? h('h3', {}, one.letter.title) : null, ...one.letter.bullets.map((bullet) => sentence(bullet, numbers, leads, one.is_degraded)))) : null,
    h('section', { class: 'further' }, h('h3', {}, t('newArticles')),
      ...(one.articles.length ? one.articles.map((group) => shown(group, leads)) : [h('p', { class: 'faint' }, t('noArticles'))])),
    h('section', { class: 'further' }, h('h3', {}, t('ownTalk')),
      ...(one.talk.length ? one.talk.map((group) => shown(group, leads)) : [h('p', { class: 'faint' }, t('noTalk'))])),
    h('footer', {}, neighbours(one, all, leads), about));
}

/** Says what it is, and leads to other mornings. */
export function morningAbout(one: MorningAnswer, all: EditionRow[], leads: EditionLeads): HTMLElement {
  return h('div', { class: 'detail about' },
    h('h2', {}, t('aboutMorning')), h('p', {}, t('morningHow')),
    all.length > 1 ? section(t('editions'), h('ul', { class: 'rows' }, ...all.map((other) => {
      const act = row([h('span', { class: 'grow' }, weekday(other.edition_date), h('small', {}, t('groupsOf').replace('%', count(other.groups))))],
        () => leads.turn({ pane: 'morning', day: other.edition_date }));
      if (other.edition_date === one.edition_date) act.setAttribute('aria-current', 'true');
      return h('li', {}, act);
    }))) : null);
}

/** Shows what stands for a group; the others on the same are folded below it. */
function shown(group: DocumentGroup, leads: EditionLeads): HTMLElement {
  const [first, ...others] = group.documents;
  return h('article', { class: 'story' }, ...head(first!, leads),
    others.length ? h('details', { class: 'others' }, h('summary', {}, t('onTheSame').replace('%', count(others.length))),
      h('ul', { class: 'branch' }, ...others.map((other) => h('li', {},
        button(other.title ?? other.contents, () => leads.cite(other.utterance_id, ''), { class: 'headline' }), source(other))))) : null);
}

function head(one: MorningDocument, leads: EditionLeads): HTMLElement[] {
  const open = (text: string) => button(text, () => leads.cite(one.utterance_id, ''), { class: 'headline' });
  if (!one.title) return [h('h4', { class: 'clamp' }, open(one.contents)), source(one)];
  return [h('h4', {}, open(one.title)), source(one), h('p', { class: 'clamp faint' }, one.contents)];
}

function source(one: MorningDocument): HTMLElement {
  const by = one.publisher ?? one.speaker;
  return h('p', { class: 'facts' }, by ? h('bdi', {}, by) : null, by ? ' · ' : null, moment(one.said_at),
    one.url ? ' · ' : null, outward(one.url, t('original')));
}

function neighbours(one: MorningAnswer, all: EditionRow[], leads: EditionLeads): HTMLElement | null {
  const before = all.find((other) => other.edition_date < one.edition_date);
  const after = all.findLast((other) => other.edition_date > one.edition_date);
  if (!before && !after) return null;
  const to = (other: EditionRow | undefined) => (other ? () => leads.turn({ pane: 'morning', day: other.edition_date }) : null);
  return beside(to(before), to(after));
}
