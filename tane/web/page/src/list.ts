// The same without a map: the tree of clusters with the seeds of each, for readers, keyboards and plain machines.

import type { ClusterRow } from './api.gen';
import { api } from './api';
import { h } from './dom';
import type { Leads } from './panel';
import { mark, row } from './panel';
import { count, said, t } from './words';

export async function tree(leads: Leads, notice: HTMLElement | null): Promise<HTMLElement> {
  const rows: ClusterRow[] = [];
  for (let offset: number | null = 0; offset !== null && rows.length < 5000;) {
    const page: Awaited<ReturnType<typeof api.clusters>> = await api.clusters(offset);
    rows.push(...page.items);
    offset = page.next_offset;
  }
  if (!rows.length) return nothingYet(notice);
  const known = new Set(rows.map((one) => one.id));
  const within = (parent: string | null): HTMLElement => h('ul', { class: 'tree' }, ...rows
    .filter((one) => (parent === null ? !one.parent_id || !known.has(one.parent_id) : one.parent_id === parent))
    .map((one) => branch(one, rows.some((other) => other.parent_id === one.id) ? () => within(one.id) : null, leads)));
  return h('div', { class: 'reading' }, notice, h('h2', {}, t('themes')), within(null));
}

function branch(one: ClusterRow, children: (() => HTMLElement) | null, leads: Leads): HTMLElement {
  const body = h('div', { class: 'branch' });
  const open = h('details', { 'data-cluster': one.id, on: { toggle: () => {
    if (open.open && !body.childElementCount) void fill();
  } } }, h('summary', {}, h('strong', {}, one.title ?? '…'), ' ', h('span', { class: 'faint' }, count(one.seeds))), body);
  const fill = async () => {
    body.replaceChildren(h('p', { class: 'faint' }, t('loading')));
    const { overview, members } = await api.cluster(one.id);
    body.replaceChildren(
      ...(overview ? [h('p', {}, overview)] : []),
      row([mark('cluster'), h('span', { class: 'grow' }, t('cluster')), h('span', { 'aria-hidden': 'true' }, '→')], () => leads.choose('cluster', one.id)),
      ...(children ? [children()] : []),
      h('ul', { class: 'rows' }, ...members.items.map((m) => h('li', {},
        row([mark(m.type), h('span', { class: 'grow' }, m.text, m.kind === null ? null : h('small', {}, said(m.kind)))], () => leads.choose(m.type, m.id))))));
  };
  return h('li', {}, open);
}

/** Says how to begin. */
export function nothingYet(notice: HTMLElement | null = null): HTMLElement {
  return h('div', { class: 'empty' }, notice, h('h2', {}, t('empty')), h('p', {}, t('emptyHow')));
}
