// Keys; none of them while somebody writes.

export interface Keys {
  search(): void; escape(): void; list(): void; fit(): void; zoom(factor: number): void; step(dx: number, dy: number): void; enter(): void;
}

const STEPS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function keys(act: Keys): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog')) return;
    const { target } = event;
    if (event.key === 'Escape') {
      if (target instanceof HTMLElement) target.blur();
      act.escape();
      return;
    }
    if (target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    const step = STEPS[event.key];
    if (event.key === '/') act.search();
    else if (event.key === 'l' || event.key === 'L') act.list();
    else if (event.key === '0') act.fit();
    else if (event.key === '+' || event.key === '=') act.zoom(1.4);
    else if (event.key === '-') act.zoom(1 / 1.4);
    else if (step && !isIn(target, '#panel, #list, #filters')) act.step(...step);
    else if (event.key === 'Enter' && !isIn(target, 'button, a, summary')) act.enter();
    else return;
    event.preventDefault();
  });
}

function isIn(target: EventTarget | null, what: string): boolean {
  return target instanceof Element && target.closest(what) !== null;
}
