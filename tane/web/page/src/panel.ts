// The side panel: what an item is, where it comes from and what is near it. Each part leads on.

import type { ClusterDetail, FoundItem, NearItem, SeedDetail, UtteranceDetail } from './api.gen';
import type { Kind, Score } from './domain';
import { api, snippets } from './api';
import { button, h, marked, outward, withWords } from './dom';
import { LOWEST, SCORES } from './domain';
import type { Points } from './points';
import { nth } from './colours';
import { count, moment, said, t } from './words';
import { review } from './review';

const PICKED_AT_ONCE = 100;

export interface Leads {
  choose(kind: Kind, id: string): void;
  cite(id: string, sentence: string): void; // an utterance, in which this stands out
  openMap(clusterId: string): void;
  changed(isGone?: boolean): void; // of what is shown
  canWrite: boolean;
}

/** Shows what the map as a whole is: its themes, the largest first. */
export function overview(points: Points, leads: Leads, arrivals: NearItem[], first: HTMLElement | null): HTMLElement {
  const { facts, clusters } = points;
  const top = clusters.reduce((least, one) => Math.min(least, one.depth), Infinity);
  const held = points.held();
  const listed = facts.scope === 'cluster' ? clusters.filter((one) => one.parent_id === facts.cluster_id)
    : clusters.filter((one, i) => one.depth === top && held[i]);
  return h('div', { class: 'detail' },
    h('h2', {}, facts.scope === 'cluster' ? facts.title ?? t('cluster') : t(facts.scope)),
    h('p', { class: 'faint' }, `${count(points.size)} ${t('points')}`),
    arrivals.length ? section(t('newItem'), nearList(arrivals, leads)) : null,
    first,
    listed.length ? section(t('themes'), h('ul', { class: 'rows' }, ...listed.map((one) => h('li', {},
      row([dot(nth(one.theme)), h('span', { class: 'grow' }, one.title ?? '…'), h('span', { class: 'faint' }, count(one.seeds))],
        () => leads.choose('cluster', one.id)))))) : null);
}

export function hits(query: string, found: FoundItem[], isMore: boolean, leads: Leads, more: () => void): HTMLElement {
  return h('div', { class: 'detail' },
    h('h2', {}, `${count(found.length)}${isMore ? '+' : ''} ${t('hits')}`),
    found.length ? null : h('p', {}, t('nothing')),
    h('ul', { class: 'rows' }, ...found.map((hit) => h('li', {}, row([
      ...[...new Set([hit, ...hit.also].map(({ kind }) => kind))].map(mark), h('span', { class: 'grow' },
        hit.article?.title ? h('strong', { class: 'title' }, withWords(hit.article.title, query)) : null,
        hit.article ? h('span', { class: 'clamp' }, withWords(hit.text, query)) : withWords(hit.text, query),
        h('small', {}, [hit.article?.publisher ?? hit.speaker, hit.kind === 'cluster' ? null : moment(hit.at)].filter(Boolean).join(' · '))),
    ], () => leads.choose(hit.kind, hit.id))))),
    isMore ? button(t('more'), more, { class: 'quiet' }) : null);
}

/** Lists what a line was drawn around: the seeds first, a page at a time. */
export function picked(points: Points, indices: number[], leads: Leads): HTMLElement {
  const { kind, id } = points.columns;
  const order: Kind[] = ['cluster', 'seed', 'utterance'];
  const sorted = [...indices].sort((a, b) => order.indexOf(kind[a]!) - order.indexOf(kind[b]!));
  const rows = h('ul', { class: 'rows' });
  const more = button(t('more'), () => void add(), { class: 'quiet' });
  let done = 0;
  const add = async () => {
    const next = sorted.slice(done, done + PICKED_AT_ONCE);
    done += next.length;
    more.hidden = done >= sorted.length;
    const texts = await snippets(next.map((i) => id[i]!));
    rows.append(...next.map((i) => h('li', {}, row([mark(kind[i]!), h('span', { class: 'grow clamp' }, texts.get(id[i]!)?.text ?? '…')],
      () => leads.choose(kind[i]!, id[i]!)))));
  };
  void add();
  const counts = order.map((one) => [one, indices.filter((i) => kind[i] === one).length] as const).filter(([, n]) => n);
  return h('div', { class: 'detail' }, h('h2', {}, `${t('selected')}: ${count(indices.length)}`),
    indices.length ? h('p', { class: 'faint' }, counts.map(([one, n]) => `${t(one)} ${count(n)}`).join(' · ')) : h('p', {}, t('nothing')), rows, more);
}

/** Reads an item and shows it. */
export async function detail(kind: Kind, id: string, points: Points | null, leads: Leads, quote = ''): Promise<HTMLElement> {
  if (kind === 'seed') return seed(await api.seed(id), points, leads);
  if (kind === 'utterance') return utterance(await api.utterance(id), leads, quote);
  return cluster(await api.cluster(id), points, leads);
}

function seed(one: SeedDetail, points: Points | null, leads: Leads): HTMLElement {
  const place = points?.index(one.id);
  return h('article', { class: 'detail' },
    head('seed', said(one.kind), one.review_status === 'auto' ? '' : said(one.review_status)),
    h('h2', { class: 'words' }, one.body),
    one.source_changed ? h('p', { class: 'warn' }, t('sourceChanged')) : null,
    one.grounding === null ? null : meter(t('grounding'), one.grounding, 0, 1),
    points && place !== undefined && points.columns.is_provisional[place] ? h('p', { class: 'faint' }, t('provisional')) : null,
    section(t('sources'), ...one.sources.map((source) => h('blockquote', {},
      row([h('span', { class: 'grow' }, marked(source.contents ?? '', source.span_start, source.span_end),
        h('small', {}, [source.speaker, moment(source.at)].filter(Boolean).join(' · ')))], () => leads.choose('utterance', source.id))))),
    one.clusters.length ? section(t('themes'), h('ul', { class: 'rows' }, ...one.clusters.map((c) => h('li', {},
      row([mark('cluster'), h('span', { class: 'grow' }, c.title ?? '…')], () => leads.choose('cluster', c.id)))))) : null,
    one.neighbours.length ? section(t('neighbours'), nearList(one.neighbours, leads)) : null,
    leads.canWrite ? review.seed(one, leads.changed) : null);
}

function utterance(one: UtteranceDetail, leads: Leads, quote: string): HTMLElement {
  const contents = one.contents ?? '';
  const start = quote ? contents.indexOf(quote) : -1;
  const text = start < 0 ? contents : [contents.slice(0, start), h('mark', { class: 'quote' }, quote), contents.slice(start + quote.length)];
  const by = one.article?.publisher ?? one.speaker;
  const facts = h('p', { class: 'faint' }, by ? h('bdi', {}, by) : null, by ? ' · ' : null, moment(one.at));
  return h('article', { class: 'detail' },
    ...(one.article
      ? [h('p', { class: 'eyebrow' }, t('article')), h('h2', {}, one.article.title ?? by ?? t('article')), facts, outward(one.article.url, t('original'))]
      : [head('utterance', one.role ?? '', ''), h('h2', { class: 'words' }, ...text), facts]),
    quote && start < 0 ? h('div', { class: 'notice' }, h('p', {}, t('citedChanged')), h('blockquote', { class: 'was' }, quote)) : null,
    one.article ? h('div', { class: 'text' }, ...text) : null,
    SCORES.some((score) => one[score] !== null) ? section(t('scores'), scores(one)) : null,
    one.seeds.length ? section(t('seeds'), h('ul', { class: 'rows' }, ...one.seeds.map((s) => h('li', {},
      row([mark('seed'), h('span', { class: 'grow' }, s.body, h('small', {}, said(s.kind)))], () => leads.choose('seed', s.id)))))) : null,
    one.neighbours.length ? section(t('neighbours'), nearList(one.neighbours, leads)) : null);
}

function cluster(one: ClusterDetail, points: Points | null, leads: Leads): HTMLElement {
  const isHere = points?.facts.cluster_id === one.id;
  const members = h('ul', { class: 'rows' });
  const more = button(t('more'), () => { void add(offset); }, { class: 'quiet' });
  let offset = 0;
  const draw = (page: ClusterDetail['members']) => {
    members.append(...page.items.map((m) => h('li', {}, row([mark(m.type), h('span', { class: 'grow' }, m.text, m.kind === null ? null : h('small', {}, said(m.kind)))],
      () => leads.choose(m.type, m.id)))));
    offset = page.next_offset ?? 0;
    more.hidden = page.next_offset === null;
  };
  const add = async (from: number) => draw((await api.cluster(one.id, from)).members);
  draw(one.members);
  const path = one.path.slice(0, -1);
  return h('article', { class: 'detail' },
    head('cluster', one.category ?? '', `${count(one.seeds ?? 0)} ${t('seed')}`),
    path.length ? h('p', { class: 'path' }, ...path.flatMap((p) => [button(p.title ?? '…', () => leads.choose('cluster', p.id), { class: 'link' }), ' › '])) : null,
    h('h2', {}, one.title ?? '…'),
    one.overview ? h('p', {}, one.overview) : null,
    one.map_id && !isHere ? button(t('open'), () => leads.openMap(one.id), { class: 'main', 'data-open': one.id }) : null,
    Object.values(one.averages).some((value) => value !== null) ? section(t('averages'), scores(one.averages)) : null,
    one.children.length ? section(t('children'), h('ul', { class: 'rows' }, ...one.children.map((c) => h('li', {},
      row([mark('cluster'), h('span', { class: 'grow' }, c.title ?? '…'), h('span', { class: 'faint' }, count(c.seeds ?? 0))], () => leads.choose('cluster', c.id)))))) : null,
    section(t('members'), members, more),
    one.neighbours.length ? section(t('neighbours'), nearList(one.neighbours, leads)) : null,
    leads.canWrite ? review.cluster(one, leads.changed) : null);
}

export function dot(colour: string): HTMLElement {
  const element = h('span', { class: 'dot', 'aria-hidden': 'true' });
  element.style.background = colour;
  return element;
}

/** Returns the sign of a kind, in the shape that it has on the map. */
export function mark(kind: Kind): HTMLElement {
  return h('span', { class: `mark ${kind}`, role: 'img', 'aria-label': t(kind), title: t(kind) });
}

export function row(children: Node[], act: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: 'row', on: { click: act } }, ...children);
}

function nearList(near: NearItem[], leads: Leads): HTMLElement {
  return h('ul', { class: 'rows' }, ...near.map((one) => h('li', {}, row([
    mark(one.kind), h('span', { class: 'grow clamp' }, one.text), h('span', { class: 'faint' }, one.weight ? one.weight.toFixed(2) : ''),
  ], () => leads.choose(one.kind, one.id)))));
}

function head(kind: Kind, what: string, more: string): HTMLElement {
  return h('p', { class: 'eyebrow' }, mark(kind), [t(kind), what, more].filter(Boolean).join(' · '));
}

export function section(title: string, ...children: (Node | null)[]): HTMLElement {
  return h('section', {}, h('h3', {}, title), ...children);
}

function scores(of: Record<Score, number | null>): HTMLElement {
  return h('div', { class: 'scores' }, ...SCORES.flatMap((score) => {
    const value = of[score];
    return value === null || value === undefined ? [] : [meter(t(score), value, LOWEST[score], 1)];
  }));
}

export function meter(name: string, value: number, low: number, high: number): HTMLElement {
  const bar = h('span', { class: low < 0 ? 'bar both' : 'bar' }, h('i'));
  const fill = bar.firstElementChild as HTMLElement;
  const [from, to] = low < 0 ? [Math.min(0, value), Math.max(0, value)] : [low, value];
  fill.style.left = `${((from - low) / (high - low)) * 100}%`;
  fill.style.width = `${Math.max(1, ((to - from) / (high - low)) * 100)}%`;
  return h('div', { class: 'meter' }, h('span', {}, name), bar, h('span', { class: 'value' }, value.toFixed(2)));
}
