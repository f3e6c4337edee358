// What a point under the pointer says.

import { snippets } from './api';
import { h } from './dom';
import type { Points } from './points';
import { said, t } from './words';

export class Tip {
  private wanted = -1;

  constructor(private readonly div: HTMLElement) {}

  hide(): void {
    this.wanted = -1;
    this.div.hidden = true;
  }

  async show(points: Points, index: number, at: { x: number; y: number }): Promise<void> {
    this.wanted = index;
    const { id, kind, sort, speaker } = points.columns;
    const one = (await snippets([id[index]!])).get(id[index]!);
    if (!one || this.wanted !== index) return; // the pointer has gone on
    this.div.replaceChildren(
      h('small', {}, [t(kind[index]!), said(sort[index]), speaker[index]].filter(Boolean).join(' · ')), h('p', {}, one.text));
    this.div.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.div;
    this.div.style.left = `${Math.max(8, Math.min(at.x + 14, innerWidth - width - 8))}px`;
    this.div.style.top = `${at.y + 18 + height > innerHeight ? at.y - height - 14 : at.y + 18}px`;
  }
}
