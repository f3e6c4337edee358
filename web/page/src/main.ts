// The page: keeps the view, and lets the parts show it.

import type { Arrived, Hit, Kind, Near, Today } from './api';
import { Refused, api, forgetSnippets, listen, onTokenNeeded, snippets } from './api';
import { Canvas } from './canvas';
import { colours, restoreTheme } from './colours';
import { byId, h } from './dom';
import { filters } from './filters';
import { icon } from './icons';
import { Labels } from './labels';
import { drawLasso } from './lasso';
import { tree } from './list';
import type { Leads } from './panel';
import { detail, hits, overview, picked, statusView } from './panel';
import { Points } from './points';
import { todayView } from './today';
import { askToken } from './token';
import { topBar } from './top';
import { chooseLanguage, said, switchLanguage, t } from './words';
import { read, write } from './view';
import { keys } from './keys';

const [stage, panel, list, tip, told] = ['stage', 'panel', 'list', 'tip', 'said'].map(byId) as
  [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];

class Page {
  private view = read(location.hash);
  private points: Points | null = null;
  private shown: boolean[] = [];
  private found: Hit[] = [];
  private isMoreFound = false;
  private arrivals: Near[] = [];
  private asking: AbortController | null = null;
  private turn = 0;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private today: Today | null = null;
  private canvas: Canvas | null = null;
  private labels: Labels | null = null;
  private readonly leads: Leads = {
    choose: (kind, id) => this.choose({ kind, id }),
    openMap: (id) => void this.open(id),
    close: () => this.choose(null),
    changed: () => { forgetSnippets(); void this.reload(); },
    canWrite: false,
  };

  async start(): Promise<void> {
    const first = this.find(this.view.map); // comes while the canvas is made, which takes longer
    first.catch(() => undefined);
    this.canvas = await Canvas.make(byId('canvas') as HTMLDivElement, {
      click: (index) => this.clicked(index),
      over: (index, at) => void this.hint(index, at),
      out: () => { tip.hidden = true; },
      moved: (byUser) => this.moved(byUser),
    });
    if (this.canvas) {
      this.labels = new Labels(byId('labels'), this.canvas, (kind, id) => this.choose({ kind, id }));
      new ResizeObserver(() => this.labels?.refresh()).observe(stage);
    }
    addEventListener('popstate', () => { this.view = read(location.hash); void this.open(this.view.map, false); });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(false));
    keys({
      search: () => (byId('query') as HTMLInputElement).select(),
      escape: () => { this.choose(null); this.search('', this.view.mode); (byId('query') as HTMLInputElement).value = ''; },
      list: () => this.flip(), fit: () => this.fit(), zoom: (factor) => this.canvas?.zoomBy(factor),
      step: (dx, dy) => this.step(dx, dy), enter: () => this.enter(),
    });
    void this.learn();
    await this.open(this.view.map, false, first);
    if (this.view.query) this.search(this.view.query, this.view.mode);
    void listen((name, data) => this.heard(name, data), (away) => this.tell(away ? t('away') : ''));
  }

  /** Asks what this server offers. */
  private async learn(): Promise<void> {
    try {
      const status = await api.status();
      this.leads.canWrite = status.can_write;
      if (status.has_today) this.today = await api.today();
    } catch { /* the map is there without it */ }
    this.drawPanel();
  }

  /** Opens a map by its scope or by its cluster. */
  private async open(map: string, isNew = true, coming?: Promise<Points | null>): Promise<void> {
    const turn = ++this.turn;
    if (isNew) {
      this.view = { ...this.view, map, chosen: null, at: null };
      history.pushState(null, '', write(this.view));
    }
    this.drawTop();
    this.tell(t('loading'));
    try {
      const points = await (coming ?? this.find(map));
      if (turn !== this.turn) return;
      this.points = points;
      this.tell('');
    } catch (error) {
      this.tell(`${t('failed')}: ${error instanceof Refused ? error.message : t('away')}`);
      return;
    }
    this.draw(false);
    this.canvas?.fit();
    if (this.view.at) this.canvas?.look(this.view.at);
    document.body.dataset['map'] = this.points?.facts.id ?? 'none';
    if (this.view.chosen) this.choose(this.view.chosen, false);
  }

  private async find(map: string): Promise<Points | null> {
    const isWhole = map === 'atlas' || map === 'global';
    const own = isWhole ? map : (await api.maps()).items.find((one) => one.cluster_id === map)?.id ?? 'atlas';
    try {
      return new Points(await api.points(own));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null; // nothing was placed yet
      throw error;
    }
  }

  /** Reads the map anew, and lets it glide to what it is now. */
  private async reload(): Promise<void> {
    if (!this.points) return this.open(this.view.map, false);
    const before = this.points.facts;
    const now = before.scope !== 'cluster' ? before.scope
      : (await api.maps()).items.find((one) => one.cluster_id === before.cluster_id)?.id;
    if (!now) return this.open('atlas');
    this.points.take(await api.points(now));
    document.body.dataset['map'] = this.points.facts.id;
    this.draw(true);
    if (this.view.chosen) this.choose(this.view.chosen, false);
  }

  private draw(glide: boolean): void {
    this.drawTop();
    document.body.dataset['view'] = this.isList ? 'list' : 'map';
    list.hidden = !this.isList;
    stage.hidden = this.isList;
    if (this.isList) void tree(this.leads).then((element) => {
      list.replaceChildren(...(this.canvas ? [] : [h('p', { class: 'warn' }, t('noWebgl'))]), element);
    });
    stage.querySelector('.empty')?.remove();
    if (!this.points?.size) stage.append(h('div', { class: 'empty' }, h('h2', {}, t('empty')), h('p', {}, t('emptyHow'))));
    if (this.points) {
      this.shown = this.points.shown(this.view);
      this.canvas?.show(this.points, this.shown, colours(this.points, this.view.colour), glide);
      this.labels?.show(this.points, this.shown);
      this.drawFilters();
      this.highlight();
    }
    this.drawPanel();
    document.body.dataset['shown'] = String(this.shown.filter(Boolean).length);
  }

  private get isList(): boolean {
    return this.view.isList || !this.canvas;
  }

  private drawTop(): void {
    const field = document.activeElement?.id;
    if (field === 'query') return; // somebody writes there
    const facts = this.points?.facts;
    const title = facts?.scope === 'cluster' ? facts.title ?? t('cluster') : facts?.scope === 'global' ? t('global') : null;
    byId('top').replaceChildren(...topBar(this.view, title, this.canvas !== null, {
      home: () => void this.open('atlas'), search: (query, mode) => this.search(query, mode), flip: () => this.flip(),
      status: () => void api.status().then((status) => this.showPanel(statusView(status))),
      language: () => { switchLanguage(); this.draw(false); }, looks: () => this.draw(false),
      filters: () => byId('filters').classList.toggle('open'), lasso: () => this.lasso(), fit: () => this.fit(),
    }));
  }

  private drawFilters(): void {
    byId('filters').replaceChildren(filters(this.points!, this.view, () => { this.save(); this.draw(false); }));
  }

  private drawPanel(): void {
    if (this.view.chosen || !this.points) return;
    const { facts } = this.points;
    if (this.view.query) this.showPanel(hits(this.view.query, this.found, this.isMoreFound, this.leads, () => void this.ask(true)), false);
    else if (facts.scope === 'cluster') {
      void detail('cluster', facts.cluster_id!, this.points, this.leads).then((content) => {
        if (!this.view.chosen && !this.view.query && this.points?.facts === facts) this.showPanel(content, false);
      }, () => undefined);
    } else this.showPanel(overview(this.points, this.leads, this.arrivals, this.today && facts.scope === 'atlas' ? todayView(this.today, this.leads) : null), false);
  }

  private showPanel(content: HTMLElement, canClose = true): void {
    const close = h('button', { type: 'button', class: 'close', 'aria-label': t('close'), on: { click: () => { this.choose(null); } } }, icon('close'));
    panel.replaceChildren(...(canClose ? [close] : []), content);
    panel.classList.toggle('raised', canClose);
    panel.scrollTop = 0;
  }

  private choose(chosen: { kind: Kind; id: string } | null, isNew = true, moves = true): void {
    this.view.chosen = chosen;
    if (isNew) history.pushState(null, '', write(this.view));
    tip.hidden = true;
    this.highlight();
    if (!chosen || !this.points) {
      this.drawPanel();
      return;
    }
    const points = this.points;
    void detail(chosen.kind, chosen.id, points, this.leads).then((content) => {
      if (this.view.chosen === chosen) this.showPanel(content);
    }, () => {
      if (this.view.chosen === chosen) this.showPanel(h('p', {}, t('nothing')));
    });
    const index = points.index(chosen.id);
    if (chosen.kind === 'cluster' && moves) this.canvas?.reveal(points.within(chosen.id));
    else if (index !== undefined) {
      if (moves) this.canvas?.reveal([index]);
      void this.drawEdges(chosen, index);
    }
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
    if (ends.length) this.canvas?.highlight([from, ...ends.map((end) => end.index)]);
  }

  /** Lets stand out what was found or chosen. */
  private highlight(): void {
    const { chosen } = this.view;
    if (!this.points || !this.canvas) return;
    const index = chosen ? this.points.index(chosen.id) : undefined;
    this.canvas.focus(index);
    if (!chosen || chosen.kind === 'cluster') this.canvas.link(undefined, []);
    const found = this.found.flatMap((hit) => this.points!.index(hit.id) ?? []);
    const within = chosen?.kind === 'cluster' && chosen.id !== this.points.facts.cluster_id ? this.points.within(chosen.id) : [];
    this.canvas.highlight(within.length ? within : this.view.query ? found : null);
    document.body.dataset['highlighted'] = String(within.length || (this.view.query ? found.length : 0));
  }

  private search(query: string, mode: 'text' | 'meaning'): void {
    const asked = query.trim();
    if (asked !== this.view.query || mode !== this.view.mode) this.view.chosen = null;
    this.view.query = asked;
    this.view.mode = mode;
    this.save();
    this.found = [];
    void this.ask(false);
  }

  private async ask(isMore: boolean): Promise<void> {
    this.asking?.abort();
    const { query, mode } = this.view;
    if (!query) {
      this.highlight();
      this.drawPanel();
      return;
    }
    this.asking = new AbortController();
    try {
      if (!isMore) await new Promise((wake) => { setTimeout(wake, 120); });
      if (query !== this.view.query || mode !== this.view.mode) return;
      const page = await api.search(query, mode, this.asking.signal, isMore ? this.found.length : 0);
      this.found = isMore ? [...this.found, ...page.items] : page.items;
      this.isMoreFound = page.next_offset !== null;
      this.tell(`${this.found.length} ${t('hits')}`);
      this.highlight();
      this.drawPanel();
    } catch (error) {
      if (error instanceof Refused) this.tell(error.status === 503 ? t('meaningOff') : t('failed'));
    }
  }

  private clicked(index: number | undefined): void {
    byId('filters').classList.remove('open');
    if (index === undefined || !this.points) this.choose(null);
    else this.choose({ kind: this.points.rows[index]!.kind, id: this.points.rows[index]!.id }, true, false);
  }

  private async hint(index: number, at: { x: number; y: number }): Promise<void> {
    const row = this.points?.rows[index];
    if (!row) return;
    const one = (await snippets([row.id])).get(row.id);
    if (!one) return;
    tip.replaceChildren(h('small', {}, [t(row.kind), said(row.sort), row.speaker].filter(Boolean).join(' · ')), h('p', {}, one.text));
    tip.hidden = false;
    tip.style.left = `${Math.max(8, Math.min(at.x + 14, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${at.y + 18 + tip.offsetHeight > innerHeight ? at.y - tip.offsetHeight - 14 : at.y + 18}px`;
  }

  private moved(byUser: boolean): void {
    tip.hidden = true;
    this.canvas?.resize();
    this.labels?.refresh();
    if (!byUser || !this.canvas) return;
    this.view.at = this.canvas.view();
    this.save();
  }

  private save(): void {
    history.replaceState(null, '', write(this.view));
  }

  private fit(): void {
    this.canvas?.fit(400);
    this.view.at = null;
    this.save();
  }

  private flip(): void {
    this.view.isList = !this.view.isList;
    this.save();
    this.draw(false);
  }

  private lasso(): void {
    drawLasso(stage, (line) => {
      const inside = this.canvas!.inside(line);
      this.canvas!.highlight(inside);
      void snippets(inside.slice(0, 100).map((i) => this.points!.rows[i]!.id)).then((texts) => {
        this.showPanel(picked(this.points!, inside, texts, this.leads));
      });
    });
  }

  /** Goes to the next point in a direction. */
  private step(dx: number, dy: number): void {
    if (!this.canvas || !this.points || this.isList) return;
    const points = this.points;
    const from = this.view.chosen ? points.index(this.view.chosen.id) : undefined;
    const here = this.canvas.screen(from === undefined ? [2048, 2048] : points.place(from));
    let [best, cost] = [-1, Infinity];
    points.rows.forEach((_, i) => {
      if (!this.shown[i] || i === from) return;
      const [x, y] = this.canvas!.screen(points.place(i));
      const along = (x - here[0]) * dx + (y - here[1]) * dy;
      const beside = Math.abs((x - here[0]) * dy) + Math.abs((y - here[1]) * dx);
      if (along > 0.5 && beside <= along && along + beside < cost) [best, cost] = [i, along + beside];
    });
    if (best >= 0) this.choose({ kind: points.rows[best]!.kind, id: points.rows[best]!.id });
  }

  private enter(): void {
    if (this.view.chosen?.kind === 'cluster') void this.open(this.view.chosen.id);
  }

  private heard(name: string, data: unknown): void {
    if (name === 'changed') {
      forgetSnippets();
      void this.reload();
      return;
    }
    const one = data as Arrived;
    if (name !== 'item' || !this.points) return void this.reload();
    if (one.map_id !== this.points.facts.id) return;
    const known = this.points.index(one.id);
    const sort = known === undefined ? null : this.points.rows[known]!.sort;
    const index = this.points.put({
      kind: one.kind, id: one.id, x: one.x, y: one.y, cluster: -1, theme: -1, sort, speaker: null, at: null, is_provisional: 1,
      hypothetical: null, confidence: null, reinterpretation: null, resistance: null, direction: null,
    });
    this.draw(false);
    this.canvas?.focus(index);
    void snippets([one.id]).then((texts) => {
      this.arrivals = [{ kind: one.kind, id: one.id, weight: 0, text: texts.get(one.id)?.text ?? '' }, ...this.arrivals].slice(0, 8);
      this.tell(t('newItem'));
      this.drawPanel();
    });
  }

  private tell(words: string): void {
    told.textContent = words;
    clearTimeout(this.telling);
    if (words && words !== t('away') && words !== t('loading')) this.telling = setTimeout(() => this.tell(''), 4000);
  }
}

restoreTheme();
chooseLanguage();
onTokenNeeded(askToken);
void new Page().start();
