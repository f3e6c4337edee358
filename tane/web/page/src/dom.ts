// Elements of the page, and signs drawn as lines, so that no font need have them.

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

/** Leads out to where an article was published; nothing but the web is led to. */
export function outward(url: string | null, says: string): HTMLElement | null {
  if (!url || !/^https?:\/\//i.test(url)) return null;
  return h('a', { class: 'outward', href: url, target: '_blank', rel: 'noreferrer' }, says, h('span', { 'aria-hidden': 'true' }, ' ↗'));
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

const PATHS = {
  filter: 'M3 5h14M6 10h8M9 15h2',
  lasso: 'M10 3c4 0 7 2 7 5s-3 5-7 5-7-2-7-5 3-5 7-5zM6 13c-1 2 0 4 2 4',
  fit: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  looks: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  list: 'M7 5h10M7 10h10M7 15h10M3 5h.5M3 10h.5M3 15h.5',
  map: 'M3 5l5-2 4 2 5-2v12l-5 2-4-2-5 2zM8 3v12M12 5v12',
  status: 'M3 11h3l2-6 4 10 2-4h3',
  close: 'M5 5l10 10M15 5L5 15',
};

export function icon(name: keyof typeof PATHS): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 20 20', class: `icon i-${name}`, 'aria-hidden': 'true' })) svg.setAttribute(key, value);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
