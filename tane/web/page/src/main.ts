// The page: keeps the view, and lets the parts show it.

import type { ArrivedItem, NearItem, TodayAnswer } from './api.gen';
import type { Kind } from './domain';
import type { Pane, View } from './view';
import type { EditionLeads } from './cited';
import { Editions } from './editions';
import { snapshot } from './snapshot';
import { Refused, api, forgetSnippets, listen, onTokenNeeded, snippets } from './api';
import { Canvas } from './canvas';
import { colours, restoreTheme } from './colours';
import { byId, h, refill } from './dom';
import { filters } from './filters';
import { SearchResults } from './search';
import { Labels, Tip } from './labels';
import { drawLasso, nextPoint, keys } from './input';
import { put, Points } from './points';
import { nothingYet, tree } from './list';
import { detail, hits, overview, picked } from './panel';
import { Side, askToken, topBar } from './shell';
import { StatusWatch } from './status';
import { todayView } from './today';
import { chooseLanguage, switchLanguage, t } from './words';
import { isEdition, read, write } from './view';

const [stage, list] = [byId('stage'), byId('list')];
const REVEAL_MS = 500;
const LINE_PX = 60; // that an arrow scrolls
const SAVE_AFTER_MS = 300; // browsers refuse an address that changes with every picture
const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

class Page {
  private view = read(location.hash);
  private points: Points | null = null;
  private shown: boolean[] = [];
  private readonly side = new Side(() => this.choose(null));
  private readonly results = new SearchResults();
  private readonly status = new StatusWatch(() => this.view.isStatus, (content) => this.side.showAgain(content, '.status'));
  private arrivals: NearItem[] = [];
  private turn = 0;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private today: TodayAnswer | null = null;
  private canvas: Canvas | null = null;
  private labels: Labels | null = null;
  private readonly tip = new Tip(byId('tip'));
  private hasEditions = !snapshot;
  private cited: Element | null = null; // what led to the sentence that is shown
  private readonly leads: EditionLeads = {
    choose: (kind, id) => this.choose({ kind, id }),
    cite: (id, sentence) => {
      this.cited = document.activeElement;
      this.choose({ kind: 'utterance', id }, true, true, sentence);
    },
    turn: (to) => this.goTo(to),
    again: () => this.drawPane(),
    openMap: (id) => void this.open(id),
    changed: (isGone) => {
      forgetSnippets();
      if (isGone) this.choose(null);
      void this.reload();
    },
    canWrite: false,
  };
  private readonly editions = new Editions(list, this.leads, () => this.drawPanel());

  async start(): Promise<void> {
    if (isEdition(this.view.pane)) this.drawPane(); // it needs no map
    const first = this.find(this.view.map); // comes while the canvas is made, which takes longer
    first.catch(() => undefined);
    this.canvas = await Canvas.make(byId('canvas') as HTMLDivElement, {
      click: (index) => this.clicked(index),
      over: (index, at) => { if (this.points) void this.tip.show(this.points, index, at).catch(() => undefined); },
      out: () => this.tip.hide(),
      moved: (byUser) => this.moved(byUser),
      glided: () => this.labels?.hide(false),
    });
    if (this.canvas) {
      this.labels = new Labels(byId('labels'), this.canvas, (kind, id) => this.choose({ kind, id }));
      new ResizeObserver(() => this.labels?.refresh()).observe(stage);
    }
    addEventListener('popstate', () => void this.restore());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(false));
    keys({
      search: () => (byId('query') as HTMLInputElement).select(),
      escape: () => this.leave(),
      list: () => this.flip(), fit: () => this.fit(), zoom: (factor) => this.canvas?.zoomBy(factor),
      step: (dx, dy) => this.step(dx, dy), enter: () => this.enter(),
    });
    await this.open(this.view.map, false, first);
    void this.learn();
    if (this.view.query) this.search(this.view.query, this.view.mode);
    void listen((name, data) => this.heard(name, data), (away) => this.side.tell(away ? t('away') : '', away));
  }

  /** Asks what this server offers. */
  private async learn(): Promise<void> {
    try {
      const status = await api.status();
      this.leads.canWrite = status.can_write;
      this.hasEditions = status.has_recaps;
      if (isEdition(this.view.pane)) this.drawPane();
      this.drawTop();
      if (status.has_today) this.today = await api.today();
    } catch { /* the map is there without it */ }
    this.drawPanel();
    if (this.leads.canWrite && this.view.chosen) this.choose(this.view.chosen, false, false, this.view.quote);
  }

  /** Shows what the address says, after a step back or forth. */
  private async restore(): Promise<void> {
    const before = this.view;
    clearTimeout(this.saving);
    this.view = read(location.hash);
    (document.getElementById('query') as HTMLInputElement | null)!.value = this.view.query;
    byId('filters').classList.remove('open');
    if (this.view.query !== before.query || this.view.mode !== before.mode) this.search(this.view.query, this.view.mode, true);
    await this.open(this.view.map, false);
  }

  /** Opens a map by its scope or by its cluster. */
  private async open(map: string, isNew = true, coming?: Promise<Points | null>): Promise<void> {
    const turn = ++this.turn;
    if (isNew) {
      const pane = isEdition(this.view.pane) ? 'map' : this.view.pane;
      this.view = { ...this.view, map, pane, chosen: null, quote: '', at: null, isStatus: false };
      history.pushState(null, '', write(this.view));
    }
    this.drawTop();
    this.side.tell(t('loading'), true);
    try {
      const points = await (coming ?? this.find(map));
      if (turn !== this.turn) return;
      this.points = points;
      this.side.tell('');
    } catch (error) {
      if (turn === this.turn) this.side.tell(`${t('failed')}: ${error instanceof Refused ? error.message : t('away')}`);
      return;
    }
    this.draw(false);
    this.canvas?.fit();
    if (this.view.at) this.canvas?.look(this.view.at);
    document.body.dataset['map'] = this.points?.facts.id ?? 'none';
    if (this.view.chosen) this.choose(this.view.chosen, false, !this.view.at, this.view.quote);
    else if (this.view.isStatus) void this.status.look();
  }

  private async find(map: string): Promise<Points | null> {
    const isWhole = map === 'atlas' || map === 'global';
    const own = isWhole ? map : (await api.maps()).items.find((one) => one.cluster_id === map)?.id ?? 'atlas';
    const found = await api.points(own);
    return found.map && new Points({ ...found, map: found.map }); // before the first night there is none
  }

  /** Reads the map anew, and lets it glide to what it is now. */
  private async reload(): Promise<void> {
    if (!this.points) return this.open(this.view.map, false);
    const before = this.points.facts;
    const now = before.scope !== 'cluster' ? before.scope
      : (await api.maps()).items.find((one) => one.cluster_id === before.cluster_id)?.id;
    const found = now ? await api.points(now) : null;
    if (this.points.facts !== before) return; // another map was opened meanwhile
    if (!found?.map) return this.open('atlas');
    this.points.take({ ...found, map: found.map });
    const isNew = found.map.id !== before.id;
    document.body.dataset['map'] = found.map.id;
    if (isNew) this.arrivals = [];
    this.draw(true);
    if (isNew) this.side.tell(t('newMap'));
    if (this.view.chosen) this.choose(this.view.chosen, false, false, this.view.quote);
    if (isNew && this.today) void api.today().then((today) => { this.today = today; this.drawPanel(); }, () => undefined);
  }

  private draw(glide: boolean): void {
    this.drawTop();
    this.drawPane();
    stage.querySelector('.empty')?.remove();
    if (!this.points?.size) stage.append(nothingYet());
    if (this.points) {
      const glides = glide && !isStill();
      this.shown = this.points.shown(this.view);
      this.canvas?.show(this.points, this.shown, colours(this.points, this.view.colour), glides);
      this.labels?.hide(glides);
      this.labels?.show(this.points, this.shown);
      this.drawFilters();
      this.highlight();
      this.canvas?.name(`${t('map')}: ${this.points.size} ${t('points')}. ${t('keys')}`);
    }
    this.drawPanel();
    document.body.dataset['shown'] = String(this.shown.filter(Boolean).length);
  }

  private drawPane(): void {
    const { pane } = this;
    document.body.dataset['view'] = pane;
    list.hidden = pane === 'map';
    stage.hidden = pane !== 'map';
    if (isEdition(pane)) return void this.editions.show(this.view);
    this.editions.leave();
    if (pane === 'map') return;
    void tree(this.leads, this.canvas ? null : h('p', { class: 'notice' }, t('noWebgl')))
      .then((element) => { if (this.pane === 'list') list.replaceChildren(element); },
        () => { if (this.pane === 'list') list.replaceChildren(h('p', { class: 'warn' }, t('failed'))); });
  }

  private get pane(): Pane {
    return this.view.pane === 'map' && !this.canvas ? 'list' : this.view.pane;
  }

  /** Goes to another view, or another edition. */
  private goTo(to: Partial<View>): void {
    this.view = { ...this.view, ...to, chosen: null, quote: '', isStatus: false };
    history.pushState(null, '', write(this.view));
    this.draw(false);
    this.highlight();
  }

  private drawTop(): void {
    if (document.activeElement?.id === 'query') return; // somebody writes there
    const facts = this.points?.facts;
    const title = isEdition(this.view.pane) ? null : facts?.scope === 'cluster' ? facts.title ?? t('cluster') : facts?.scope === 'global' ? t('global') : null;
    refill(byId('top'), ...topBar(this.view, title, this.canvas !== null, this.hasEditions, {
      home: () => void this.open('atlas'), turn: (pane) => this.goTo({ pane, run: null, day: null }), search: (query, mode) => this.search(query, mode), flip: () => this.flip(),
      status: () => this.toStatus(),
      language: () => { switchLanguage(); this.draw(false); if (this.view.chosen) this.choose(this.view.chosen, false, false, this.view.quote); },
      looks: () => this.draw(false), filters: () => byId('filters').classList.toggle('open'), lasso: () => this.lasso(), fit: () => this.fit(),
    }));
    const page = this.view.pane === 'recap' ? t('recap') : this.view.pane === 'morning' ? t('thisMorning') : title;
    document.title = page ? `${page} – Tane` : 'Tane';
  }

  private drawFilters(): void {
    byId('filters').setAttribute('aria-label', t('filters'));
    refill(byId('filters'), filters(this.points!, this.view, this.shown.filter(Boolean).length, () => { this.save(); this.draw(false); },
      () => byId('filters').classList.remove('open')));
  }

  private drawPanel(): void {
    if (this.view.chosen || this.view.isStatus) return;
    if (this.view.query) {
      this.side.show(hits(this.view.query, this.results.hits, this.results.hasMore, this.leads, () => void this.ask(true)), false);
      if (isEdition(this.pane)) this.side.raise();
      return;
    }
    if (isEdition(this.pane)) {
      const about = this.editions.about(this.view);
      return about ? this.side.show(about, false) : this.side.empty();
    }
    if (!this.points) return void this.side.empty();
    const { facts } = this.points;
    if (facts.scope === 'cluster') {
      void detail('cluster', facts.cluster_id!, this.points, this.leads).then((content) => {
        if (!this.view.chosen && !this.view.query && this.points?.facts === facts) this.side.show(content, false);
      }, () => undefined);
    } else this.side.show(overview(this.points, this.leads, this.arrivals, this.today && facts.scope === 'atlas' ? todayView(this.today, this.leads, this.points) : null), false);
  }

  private choose(chosen: { kind: Kind; id: string } | null, isNew = true, moves = true, quote = ''): void {
    this.view.chosen = chosen;
    this.view.quote = chosen ? quote : '';
    this.view.isStatus = false;
    if (isNew) history.pushState(null, '', write(this.view));
    this.tip.hide();
    this.highlight();
    if (!chosen) {
      this.drawPanel();
      if (this.cited instanceof HTMLElement && this.cited.isConnected) this.cited.focus();
      this.cited = null;
      return;
    }
    const { points } = this;
    void detail(chosen.kind, chosen.id, points, this.leads, quote).then((content) => {
      if (this.view.chosen !== chosen) return;
      this.side.show(content);
      this.side.reach('mark.quote');
      this.side.say(`${t(chosen.kind)}: ${content.querySelector('h2')?.textContent ?? ''}`);
    }, () => {
      if (this.view.chosen === chosen) this.side.show(h('div', { class: 'detail' }, h('h2', {}, t('gone'))));
    });
    const index = points?.index(chosen.id);
    if (!points || isEdition(this.pane)) return void this.side.raise();
    if (moves) this.reveal(chosen.kind === 'cluster' ? points.within(chosen.id) : index === undefined ? [] : [index]);
    if (index !== undefined && chosen.kind !== 'cluster') void this.drawEdges(chosen, index).catch(() => undefined);
  }

  /** Brings points into sight, when the panel has taken its room. */
  private reveal(indices: number[]): void {
    this.side.raise();
    requestAnimationFrame(() => requestAnimationFrame(() => this.canvas?.reveal(indices, isStill() ? 0 : REVEAL_MS)));
  }

  private async drawEdges(chosen: { kind: Kind; id: string }, from: number): Promise<void> {
    const { items } = await api.edges(chosen.kind, chosen.id);
    if (this.view.chosen !== chosen || !this.points) return;
    const ends = items.flatMap((edge) => {
      const index = this.points!.index(edge.id);
      return index !== undefined && this.shown[index] && edge.role !== 'affinity'
        ? [{ index, weight: edge.weight, isPart: edge.type === 'part_of' }] : [];
    });
    this.canvas?.link(from, ends);
    document.body.dataset['lines'] = String(ends.length);
    if (ends.length) this.canvas?.highlight([from, ...ends.map((end) => end.index)]);
  }

  /** Lets stand out what was found or chosen. */
  private highlight(): void {
    const { chosen } = this.view;
    if (!this.points || !this.canvas) return;
    const index = chosen ? this.points.index(chosen.id) : undefined;
    this.canvas.focus(index);
    this.canvas.link(undefined, []);
    document.body.dataset['lines'] = '0';
    const found = this.results.hits.flatMap((hit) => [hit, ...hit.also]).flatMap(({ id }) => this.points!.index(id) ?? []);
    const within = chosen?.kind === 'cluster' && chosen.id !== this.points.facts.cluster_id ? this.points.within(chosen.id) : [];
    this.canvas.highlight(within.length ? within : this.view.query ? found : null);
    document.body.dataset['highlighted'] = String(within.length || (this.view.query ? found.length : 0));
  }

  private search(query: string, mode: View['mode'], isRestored = false): void {
    const asked = query.trim();
    if (!isRestored && (asked !== this.view.query || mode !== this.view.mode)) this.view.chosen = null;
    this.view.query = asked;
    this.view.mode = mode;
    if (asked) this.view.isStatus = false;
    if (!isRestored) this.save();
    if (asked) return void this.ask(false);
    this.results.clear();
    this.highlight();
    this.drawPanel();
  }

  private async ask(isMore: boolean): Promise<void> {
    try {
      if (!await this.results.ask(this.view.query, this.view.mode, isMore)) return;
    } catch (error) {
      return this.side.tell((error as Refused).status === 503 ? t('meaningOff') : t('failed'));
    }
    this.side.say(`${this.results.hits.length} ${t('hits')}`);
    this.highlight();
    this.drawPanel();
  }

  private clicked(index: number | undefined): void {
    byId('filters').classList.remove('open');
    if (index === undefined || !this.points) return this.view.chosen ? this.choose(null) : undefined;
    const { kind, id } = this.points.columns;
    this.choose({ kind: kind[index]!, id: id[index]! }, true, false);
  }

  private moved(byUser: boolean): void {
    this.tip.hide();
    this.canvas?.resize();
    this.labels?.refresh();
    if (!byUser || !this.canvas) return;
    this.view.at = this.canvas.view();
    this.save();
  }

  private save(): void {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => history.replaceState(null, '', write(this.view)), SAVE_AFTER_MS);
  }

  private fit(): void {
    this.canvas?.fit(isStill() ? 0 : REVEAL_MS);
    this.view.at = null;
    this.save();
  }

  private flip(): void {
    this.view.pane = this.view.pane === 'map' ? 'list' : 'map';
    this.save();
    this.draw(false);
  }

  /** Leaves what was chosen, searched and drawn. */
  private leave(): void {
    stage.querySelector('.lasso')?.remove();
    byId('filters').classList.remove('open');
    (byId('query') as HTMLInputElement).value = '';
    this.choose(null, this.view.chosen !== null || this.view.isStatus);
    this.search('', this.view.mode);
  }

  private toStatus(): void {
    this.view.chosen = null;
    this.view.isStatus = true;
    history.pushState(null, '', write(this.view));
    this.highlight();
    void this.status.look();
  }

  private lasso(): void {
    drawLasso(stage, (line) => {
      const inside = this.canvas!.inside(line);
      this.view.chosen = null;
      this.view.isStatus = false;
      this.canvas!.link(undefined, []);
      this.canvas!.highlight(inside);
      document.body.dataset['highlighted'] = String(inside.length);
      this.side.show(picked(this.points!, inside, this.leads));
    });
  }

  private step(dx: number, dy: number): void {
    if (isEdition(this.pane)) return list.scrollBy(0, dy * LINE_PX);
    if (!this.canvas || !this.points || this.pane !== 'map') return;
    const from = this.view.chosen ? this.points.index(this.view.chosen.id) : undefined;
    const next = nextPoint(this.points, this.shown, this.canvas, from, [dx, dy]);
    const { kind, id } = this.points.columns;
    if (next >= 0) this.choose({ kind: kind[next]!, id: id[next]! });
  }

  private enter(): void {
    if (this.view.chosen?.kind === 'cluster') void this.open(this.view.chosen.id);
  }

  private heard(name: string, data: unknown): void {
    if (name === 'changed') {
      forgetSnippets();
      void this.reload().catch(() => undefined);
      return;
    }
    const one = data as ArrivedItem;
    if (name !== 'item' || !this.points) return void this.reload().catch(() => undefined);
    if (one.map_id !== this.points.facts.id) return;
    const index = put(this.points, one);
    this.draw(false);
    this.canvas?.focus(index);
    void snippets([one.id]).then((texts) => {
      this.arrivals = [{ kind: one.kind, id: one.id, weight: 0, text: texts.get(one.id)?.text ?? '' },
        ...this.arrivals.filter((other) => other.id !== one.id)].slice(0, 8);
      this.side.tell(t('newItem'));
      this.drawPanel();
    }, () => undefined);
  }
}

restoreTheme();
chooseLanguage();
onTokenNeeded(askToken);
void new Page().start();
