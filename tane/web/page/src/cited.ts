// Sentences with the numbers of their sources; a number leads to the very sentence in its document.

import type { RecapBullet, RecapCitation } from './api.gen';
import type { Leads } from './panel';
import type { View } from './view';
import { button, h } from './dom';
import { count, moment, t, why } from './words';

export interface EditionLeads extends Leads {
  turn(to: Partial<View>): void; // to another view, or another edition
  again(): void; // draw what is shown as it is now
}

/** Gives each cited sentence of a page its number, from 1 on. */
export class Numbers {
  private readonly known = new Map<string, number>();

  of(one: RecapCitation): number {
    const key = `${one.utterance_id}\n${one.number}\n${one.text}`;
    const found = this.known.get(key) ?? this.known.size + 1;
    this.known.set(key, found);
    return found;
  }
}

/** Writes a sentence with its sources; `isOwn`: that it is a document's own words goes without saying here. */
export function sentence(bullet: RecapBullet, numbers: Numbers, leads: Leads, isOwn = false): HTMLElement {
  if (bullet.is_deleted) return h('p', { class: 'told faint' }, t('sourceDeleted'));
  const copies = Math.max(0, ...bullet.citations.map((one) => one.copies));
  const marks = [
    copies ? sameSaid(copies) : null,
    bullet.citations.some((one) => one.has_changed) ? t('citedChanged') : null,
    bullet.is_degraded && !isOwn ? why(bullet.reason ?? 'own_words') : null,
  ].filter(Boolean).join(' · ');
  return h('div', { class: 'told' },
    h('p', {}, bullet.text, !bullet.is_verified && !bullet.is_degraded ? h('span', { class: 'unsure', title: t('unverifiedWhy') }, t('unverified')) : null),
    h('p', { class: 'sources' }, ...bullet.citations.map((one) => citation(one, numbers.of(one), leads)), marks ? h('small', {}, marks) : null));
}

function citation(one: RecapCitation, number: number, leads: Leads): HTMLElement {
  const name = h('bdi', {}, one.publisher ?? one.title ?? t('talk'));
  const { utterance_id: id, text } = one;
  if (id === null) return h('span', { class: 'cite gone' }, String(number), h('span', {}, t('sourceDeleted')));
  const act = button('', () => leads.cite(id, text ?? ''), { class: 'cite', title: [one.title, moment(one.said_at)].filter(Boolean).join(' · ') });
  act.append(h('span', { class: 'number' }, String(number)), name);
  return act;
}

/** Says how many others say the same. */
export function sameSaid(copies: number): string {
  return t('sameSaid').replace('%', count(copies));
}

/** Leads to the editions beside this one. */
export function beside(before: (() => void) | null, after: (() => void) | null): HTMLElement {
  return h('div', { class: 'beside', role: 'group', 'aria-label': t('editions') },
    button(t('earlier'), () => before?.(), { class: 'quiet', name: 'earlier', disabled: !before }),
    button(t('later'), () => after?.(), { class: 'quiet', name: 'later', disabled: !after }));
}
