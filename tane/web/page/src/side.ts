// The panel beside the map, and what is said in passing.

import { byId, h } from './dom';
import { icon } from './icons';
import { t } from './words';

const TOLD_MS = 4000;

export class Side {
  private readonly panel = byId('panel');
  private readonly told = byId('said');
  private readonly spoken = byId('spoken');
  private telling: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly close: () => void) {}

  /** Shows something, which can be closed unless it is what is always there. */
  show(content: HTMLElement, canClose = true): void {
    const wasHere = this.panel.contains(document.activeElement) || byId('list').contains(document.activeElement);
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
