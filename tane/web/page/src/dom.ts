// Elements without markup: text is only ever set as text.

type Child = Node | string | null | undefined | false;
type Props = { class?: string; on?: Record<string, (event: Event) => void>; [name: string]: unknown };

/** Makes an element; `on` adds listeners, a boolean sets or leaves out an attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, props: Props = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === 'on') {
      for (const [type, listener] of Object.entries(props.on ?? {})) element.addEventListener(type, listener);
    } else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function button(text: string, act: () => void, props: Props = {}): HTMLButtonElement {
  return h('button', { type: 'button', ...props, on: { click: act } }, text);
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found;
}

/** Gives an element other children; what has the focus keeps it, if something of that id or name is there again. */
export function refill(element: HTMLElement, ...children: Node[]): void {
  const focus = element.contains(document.activeElement) ? document.activeElement : null;
  const key = focus?.id ? `#${CSS.escape(focus.id)}` : focus?.getAttribute('name') ? `[name="${CSS.escape(focus.getAttribute('name')!)}"]` : null;
  element.replaceChildren(...children);
  if (key) (element.querySelector(key) as HTMLElement | null)?.focus();
}

/** Returns the text with the characters from start to end marked; both count code points, as the database does. */
export function marked(text: string, start: number | null, end: number | null): HTMLElement {
  const chars = [...text];
  if (start === null || end === null || start >= end) return h('span', {}, text);
  return h('span', {}, chars.slice(0, start).join(''), h('mark', {}, chars.slice(start, end).join('')),
    chars.slice(end).join(''));
}

/** Returns the text with every word of a query marked, whatever its case and width. */
export function withWords(text: string, query: string): HTMLElement {
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const folded = [...text].map((char) => char.normalize('NFKC').toLowerCase());
  const chars = [...text];
  const isMarked = new Array<boolean>(chars.length).fill(false);
  for (const word of words) {
    for (let start = 0; start < chars.length; start += 1) {
      let seen = '';
      for (let end = start; end < chars.length && seen.length < word.length; end += 1) {
        seen += folded[end];
        if (seen === word) isMarked.fill(true, start, end + 1);
      }
    }
  }
  const whole = h('span');
  for (let start = 0; start < chars.length;) {
    let end = start;
    while (end < chars.length && isMarked[end] === isMarked[start]) end += 1;
    const piece = chars.slice(start, end).join('');
    whole.append(isMarked[start] ? h('mark', {}, piece) : piece);
    start = end;
  }
  return whole;
}
