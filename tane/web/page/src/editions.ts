// What is read like a page of a paper: which recap or morning is shown, and what makes one.

import type { EditionRow, MorningAnswer, RecapAnswer, RecapRow } from './api.gen';
import type { View } from './view';
import { api } from './api';
import { button, h } from './dom';
import { morningAbout, morningPage } from './morning';
import { recapAbout, recapPage } from './recap';
import type { EditionLeads } from './cited';
import { t, why } from './words';

const LOOKS_AGAIN_MS = 3000; // while a recap is made
const OPEN = new Set(['requested', 'running']);
const GOOD = new Set(['published', 'partial']);

export class Editions {
  private recaps: RecapRow[] = [];
  private mornings: EditionRow[] = [];
  private recap: RecapAnswer | null = null;
  private morning: MorningAnswer | null = null;
  private key = '';
  private turn = 0;
  private looking: ReturnType<typeof setTimeout> | undefined;
  private made: number | null = null; // the recap that was asked for here

  constructor(private readonly place: HTMLElement, private readonly leads: EditionLeads, private readonly loaded: () => void) {}

  /** Shows the edition that the address names, or the last; nothing is asked again while it stays. */
  async show(view: View): Promise<void> {
    const key = [view.pane, view.run, view.day, document.documentElement.lang, this.leads.canWrite].join();
    if (key === this.key) return;
    const isAnother = !this.key.startsWith([view.pane, view.run, view.day].join());
    this.key = key;
    const turn = ++this.turn;
    if (isAnother) this.place.replaceChildren(h('p', { class: 'reading faint' }, t('loading')));
    try {
      if (view.pane === 'recap') await this.readRecap(view.run);
      else await this.readMorning(view.day);
    } catch {
      if (turn === this.turn) this.place.replaceChildren(h('p', { class: 'reading warn' }, t('failed')));
      this.key = '';
      return;
    }
    if (turn !== this.turn) return;
    this.place.replaceChildren(view.pane === 'recap' ? this.drawRecap() : this.drawMorning());
    if (isAnother) this.place.scrollTop = 0;
    this.place.dataset['edition'] = view.pane === 'recap' ? String(this.recap?.run_id ?? 'none') : this.morning?.edition_date ?? 'none';
    this.loaded();
    this.watch();
  }

  /** Stands for it beside the page while nothing is chosen. */
  about(view: View): HTMLElement | null {
    if (view.pane === 'recap') return this.recap && recapAbout(this.recap, this.good(), this.leads);
    return this.morning && morningAbout(this.morning, this.mornings, this.leads);
  }

  /** Gives the place back. */
  leave(): void {
    this.key = '';
    this.turn += 1;
    clearTimeout(this.looking);
    delete this.place.dataset['edition'];
  }

  private good(): RecapRow[] {
    return this.recaps.filter((one) => GOOD.has(one.status));
  }

  private async readRecap(run: number | null): Promise<void> {
    this.recaps = (await api.recaps()).items;
    const wanted = run ?? this.good()[0]?.run_id;
    this.recap = wanted === undefined ? null : await api.recap(wanted);
  }

  private async readMorning(day: string | null): Promise<void> {
    this.mornings = (await api.mornings()).items;
    const wanted = this.mornings.find((one) => one.edition_date === (day ?? one.edition_date))?.edition_date;
    this.morning = wanted === undefined ? null : await api.morning(wanted);
  }

  private drawRecap(): HTMLElement {
    const maker = this.maker();
    if (!this.recap) return nothing(t('noRecap'), t('noRecapHow'), maker);
    return recapPage(this.recap, this.good(), this.leads, maker, h('div', { class: 'inline' }, recapAbout(this.recap, this.good(), this.leads)));
  }

  private drawMorning(): HTMLElement {
    if (!this.morning) return nothing(t('noMorning'), t('noMorningHow'), null);
    return morningPage(this.morning, this.mornings, this.leads, h('div', { class: 'inline' }, morningAbout(this.morning, this.mornings, this.leads)));
  }

  /** Returns how the recap that is being made stands, or what makes one; nothing where nothing may be written. */
  private maker(): HTMLElement | null {
    const open = this.recaps.find((one) => OPEN.has(one.status));
    if (open) return h('p', { class: 'making', role: 'status' }, t(open.status === 'running' ? 'recapRunning' : 'recapAsked'));
    const ended = this.recaps.find((one) => one.run_id === this.made && !GOOD.has(one.status));
    const said = ended ? h('p', { class: 'faint', role: 'status' }, why(ended.reason ?? ended.status)) : null;
    if (!this.leads.canWrite) return said;
    const act = button(t('makeRecap'), () => {
      act.disabled = true;
      const sources = this.recap?.sources;
      void api.askForRecap(sources ? { sources } : {}).then((asked) => { this.made = asked.run_id; this.again(); }, () => {
        act.disabled = false;
        act.after(h('p', { class: 'warn', role: 'alert' }, t('failed')));
      });
    }, { class: this.recap ? 'quiet' : 'main', name: 'make' });
    return h('div', { class: 'making' }, act, said);
  }

  /** Looks again for as long as a recap is being made, and turns to it once it is there. */
  private watch(): void {
    clearTimeout(this.looking);
    if (!this.key.startsWith('recap')) return;
    if (this.recaps.some((one) => OPEN.has(one.status))) this.looking = setTimeout(() => void this.look(), LOOKS_AGAIN_MS);
  }

  private async look(): Promise<void> {
    const turn = this.turn;
    const before = this.recaps.find((one) => OPEN.has(one.status));
    try {
      const { items } = await api.recaps();
      if (turn !== this.turn) return;
      const now = items.find((one) => one.run_id === before?.run_id);
      if (now && now.run_id === this.made && GOOD.has(now.status)) {
        this.made = null;
        return this.leads.turn({ pane: 'recap', run: now.run_id });
      }
      if (now?.status !== before?.status) return this.again();
    } catch { /* the server restarts now and then */ }
    this.watch();
  }

  private again(): void {
    this.key = this.key.replace(/[^,]*$/, 'again');
    this.leads.again();
  }
}

function nothing(title: string, how: string, maker: HTMLElement | null): HTMLElement {
  return h('div', { class: 'reading nothing' }, h('h2', {}, title), h('p', {}, how), maker);
}
