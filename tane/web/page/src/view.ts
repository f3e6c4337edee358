// What is looked at, as the address of the page says it; nothing of it reaches the server.

import type { Kind, Score } from './domain';
import type { ColourBy } from './colours';
import { COLOUR_BY } from './colours';
import { snapshot } from './snapshot';
import { ITEM_TYPES, SCORES } from './domain';

export const PANES = ['map', 'list', 'recap', 'morning'] as const;
export type Pane = typeof PANES[number];

export interface View {
  map: string; // atlas, global, or the id of a cluster
  chosen: { kind: Kind; id: string } | null;
  query: string; mode: 'all' | 'text';
  kinds: Set<Kind>; sort: string; speaker: string; score: Score | ''; least: number; most: number; from: number | null; to: number | null;
  colour: ColourBy; isStatus: boolean;
  pane: Pane;
  run: number | null; day: string | null; // which recap and which morning; null is the last
  quote: string; // a sentence of the chosen item that stands out
  at: [number, number, number] | null; // middle and zoom; null is all of it
}

export function fresh(): View {
  return {
    map: 'atlas', chosen: null, query: '', mode: snapshot ? 'text' : 'all', kinds: new Set(ITEM_TYPES), sort: '', speaker: '', score: '', least: 0, most: 1,
    from: null, to: null, colour: 'theme', isStatus: false, pane: 'map', run: null, day: null, quote: '', at: null,
  };
}

export function read(hash: string): View {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const view = fresh();
  view.map = said.get('map') ?? view.map;
  const [kind, id] = (said.get('item') ?? '').split('.');
  if (id && ITEM_TYPES.includes(kind as Kind)) view.chosen = { kind: kind as Kind, id };
  view.query = said.get('q') ?? '';
  if (said.get('mode') === 'text') view.mode = 'text';
  const kinds = said.get('kinds')?.split('.').filter((one): one is Kind => ITEM_TYPES.includes(one as Kind));
  if (kinds) view.kinds = new Set(kinds);
  view.sort = said.get('sort') ?? '';
  view.speaker = said.get('speaker') ?? '';
  view.score = SCORES.find((one) => one === said.get('score')) ?? '';
  view.least = number(said.get('least')) ?? view.least;
  view.most = number(said.get('most')) ?? view.most;
  view.from = number(said.get('from'));
  view.to = number(said.get('to'));
  view.colour = COLOUR_BY.find((one) => one === said.get('colour')) ?? view.colour;
  view.pane = PANES.find((one) => one === said.get('view')) ?? view.pane;
  if (snapshot && isEdition(view.pane)) view.pane = 'map'; // a file holds none
  if (view.pane === 'recap') view.run = number(said.get('run'));
  if (view.pane === 'morning' && /^\d{4}-\d\d-\d\d$/.test(said.get('day') ?? '')) view.day = said.get('day');
  if (view.chosen) view.quote = said.get('quote') ?? '';
  view.isStatus = said.get('show') === 'status' && !snapshot; // a file has no server to ask
  const at = said.get('at')?.split(',').map(Number);
  if (at?.length === 3 && at.every(Number.isFinite)) view.at = at as [number, number, number];
  return view;
}

export function write(view: View): string {
  const said = new URLSearchParams();
  const usual = fresh();
  if (view.map !== usual.map) said.set('map', view.map);
  if (view.chosen) said.set('item', `${view.chosen.kind}.${view.chosen.id}`);
  if (view.query) said.set('q', view.query);
  if (view.mode !== usual.mode) said.set('mode', view.mode);
  if (view.kinds.size !== ITEM_TYPES.length) said.set('kinds', [...view.kinds].join('.'));
  for (const name of ['sort', 'speaker', 'score'] as const) if (view[name]) said.set(name, view[name]);
  if (view.score) said.set('least', String(view.least));
  if (view.score && view.most < 1) said.set('most', String(view.most));
  if (view.from !== null) said.set('from', String(view.from));
  if (view.to !== null) said.set('to', String(view.to));
  if (view.colour !== usual.colour) said.set('colour', view.colour);
  if (view.pane !== usual.pane) said.set('view', view.pane);
  if (view.pane === 'recap' && view.run !== null) said.set('run', String(view.run));
  if (view.pane === 'morning' && view.day !== null) said.set('day', view.day);
  if (view.chosen && view.quote) said.set('quote', view.quote);
  if (view.isStatus) said.set('show', 'status');
  if (view.at) said.set('at', view.at.map((value) => value.toFixed(value < 50 ? 3 : 1)).join(','));
  const text = said.toString();
  return text ? `#${text}` : location.pathname + location.search;
}

/** Tells whether it is read like a page of a paper. */
export function isEdition(pane: Pane): boolean {
  return pane === 'recap' || pane === 'morning';
}

function number(written: string | null): number | null {
  return written !== null && written !== '' && Number.isFinite(Number(written)) ? Number(written) : null;
}
