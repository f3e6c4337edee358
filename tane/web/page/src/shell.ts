// What stands round the map: the bar at the top, the panel beside it with short messages, and the dialog that asks for a token.

import { switchTheme } from './colours';
import { button, h, icon, byId } from './dom';
import { t } from './words';
import type { Pane, View } from './view';
import { isEdition } from './view';

export interface Bar {
  home(): void; turn(pane: Pane): void; search(query: string, mode: View['mode']): void; flip(): void; status(): void; language(): void;
  looks(): void; filters(): void; lasso(): void; fit(): void;
}

export function topBar(view: View, title: string | null, hasMap: boolean, hasEditions: boolean, bar: Bar): HTMLElement[] {
  const pane = isEdition(view.pane) ? view.pane : 'map';
  const isList = view.pane === 'list';
  const field = h('input', {
    type: 'search', id: 'query', placeholder: t('searchHint'), 'aria-label': t('search'), autocomplete: 'off', value: view.query, maxlength: 400,
    on: { input: () => bar.search(field.value, mode()) },
  });
  const mode = () => (meaning.getAttribute('aria-pressed') === 'true' ? 'all' : 'text');
  const meaning = button(t('byMeaning'), () => {
    meaning.setAttribute('aria-pressed', String(mode() === 'text'));
    bar.search(field.value, mode());
  }, { class: 'toggle', id: 'mode', title: t('byMeaningHint'), 'aria-label': t('byMeaningHint'), 'aria-pressed': view.mode === 'all' });
  meaning.setAttribute('aria-pressed', String(view.mode === 'all'));
  return [
    h('h1', { class: 'unseen' }, title ? `Tane: ${title}` : 'Tane'),
    h('nav', { class: 'where', 'aria-label': t('map') },
      h('button', { type: 'button', class: 'brand', title: t('atlas'), on: { click: () => bar.home() } }, 'Tane', h('span', {}, '種')),
      title ? h('span', { class: 'crumb' }, title) : null),
    ...(hasEditions ? [h('nav', { class: 'views', 'aria-label': t('views') }, ...(['map', 'recap', 'morning'] as const).map((one) =>
      h('button', { type: 'button', id: `to-${one}`, 'aria-current': one === pane ? 'page' : null, on: { click: () => bar.turn(one) } },
        t(one === 'morning' ? 'thisMorning' : one))))] : []),
    h('form', { class: 'search', role: 'search', on: { submit: (event) => { event.preventDefault(); bar.search(field.value, mode()); } } }, field, meaning),
    h('div', { class: 'tools' },
      hasMap && view.pane === 'map' ? tool('filter', t('filters'), bar.filters) : null,
      hasMap && view.pane === 'map' ? tool('lasso', t('lasso'), bar.lasso) : null,
      hasMap && view.pane === 'map' ? tool('fit', t('fit'), bar.fit) : null,
      hasMap && !isEdition(view.pane) ? worded('flip', isList ? 'map' : 'list', isList ? t('map') : t('list'), bar.flip) : null,
      worded('status', 'status', t('status'), bar.status),
      tool('looks', t('theme'), () => { switchTheme(); bar.looks(); }),
      h('button', { type: 'button', id: 'language', lang: t('languageCode'), title: t('language'), on: { click: bar.language } },
        h('span', { class: 'wide' }, t('language')), h('span', { class: 'narrow' }, t('languageShort')))),
  ];
}

function tool(name: Parameters<typeof icon>[0], says: string, act: () => void): HTMLButtonElement {
  return h('button', { type: 'button', id: name, class: 'tool', title: says, 'aria-label': says, on: { click: act } }, icon(name));
}

/** A button with words, of which a narrow screen shows only the sign. */
function worded(id: string, name: Parameters<typeof icon>[0], says: string, act: () => void): HTMLButtonElement {
  return h('button', { type: 'button', id, class: 'worded', 'aria-label': says, on: { click: act } }, icon(name), h('span', { class: 'wide' }, says));
}

const TOLD_MS = 4000;

export class Side {
  private readonly panel = byId('panel');
  private readonly told = byId('said');
  private readonly spoken = byId('spoken');
  private telling: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly close: () => void) {}

  /** Shows something, which can be closed unless it is what is always there. */
  show(content: HTMLElement, canClose = true): void {
    // What is opened out of the list is read on here; what always stands here takes nobody away from there.
    const wasHere = this.panel.contains(document.activeElement) || (canClose && byId('list').contains(document.activeElement));
    const close = h('button', { type: 'button', class: 'close', 'aria-label': t('close'), on: { click: this.close } }, icon('close'));
    this.panel.setAttribute('aria-label', t('details'));
    this.panel.replaceChildren(...(canClose ? [close] : []), content);
    this.panel.classList.toggle('raised', canClose);
    this.panel.scrollTop = 0;
    if (!wasHere) return;
    const title = this.panel.querySelector('h2'); // whoever came by a key goes on reading here
    title?.setAttribute('tabindex', '-1');
    title?.focus({ preventScroll: true });
  }

  /** Shows the same again as it is now; whoever reads in it is not disturbed. */
  showAgain(content: HTMLElement, kind: string): void {
    const isFirst = !this.panel.querySelector(kind);
    const at = this.panel.scrollTop;
    if (!isFirst && this.panel.contains(document.activeElement)) return;
    this.show(content);
    if (!isFirst) this.panel.scrollTop = at;
  }

  /** Scrolls until something within stands in the upper third. */
  reach(what: string): void {
    const found = this.panel.querySelector<HTMLElement>(what);
    if (found) this.panel.scrollTop = found.offsetTop - this.panel.clientHeight / 3;
  }

  /** Makes room on a small screen for what comes. */
  raise(): void {
    this.panel.classList.add('raised');
  }

  empty(): void {
    this.panel.replaceChildren();
  }

  /** Tells something for a while, or until the next is told. */
  tell(words: string, stays = false): void {
    this.told.textContent = words;
    clearTimeout(this.telling);
    if (words && !stays) this.telling = setTimeout(() => this.tell(''), TOLD_MS);
  }

  /** Says something to who cannot see it. */
  say(words: string): void {
    this.spoken.textContent = words;
  }
}

// One dialog at a time asks for the token of a server that has one.
let open: Promise<string> | null = null;

/** Shows one dialog, however many requests wait for it. */
export function askToken(wasWrong: boolean): Promise<string> {
  open ??= new Promise((resolve) => {
    const field = h('input', { type: 'password', id: 'token', autocomplete: 'current-password', 'aria-label': t('token') });
    const dialog = h('dialog', { class: 'token', on: { cancel: (event) => event.preventDefault() } },
      h('form', { on: { submit: (event) => {
        event.preventDefault();
        if (!field.value.trim()) return;
        open = null;
        dialog.remove();
        resolve(field.value.trim());
      } } },
      h('h2', {}, t('token')), h('p', {}, t('tokenWhy')), wasWrong ? h('p', { class: 'warn' }, t('wrong')) : null,
      field, h('button', { class: 'main' }, t('enter'))));
    document.body.append(dialog);
    dialog.showModal();
  });
  return open;
}
