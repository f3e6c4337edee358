// The bar at the top: where one is, search, and how the page looks.

import { switchTheme } from './colours';
import { button, h } from './dom';
import { icon } from './icons';
import { t } from './words';
import type { View } from './view';

export interface Bar {
  home(): void; search(query: string, mode: View['mode']): void; flip(): void; status(): void; language(): void;
  looks(): void; filters(): void; lasso(): void; fit(): void;
}

export function topBar(view: View, title: string | null, hasMap: boolean, bar: Bar): HTMLElement[] {
  const field = h('input', {
    type: 'search', id: 'query', placeholder: t('searchHint'), 'aria-label': t('search'), autocomplete: 'off', value: view.query, maxlength: 400,
    on: { input: () => bar.search(field.value, mode()) },
  });
  const mode = () => (meaning.getAttribute('aria-pressed') === 'true' ? 'meaning' : 'text');
  const meaning = button(t('byMeaning'), () => {
    meaning.setAttribute('aria-pressed', String(mode() === 'text'));
    bar.search(field.value, mode());
  }, { class: 'toggle', id: 'mode', title: t('byMeaningHint'), 'aria-label': t('byMeaningHint'), 'aria-pressed': view.mode === 'meaning' });
  meaning.setAttribute('aria-pressed', String(view.mode === 'meaning'));
  return [
    h('h1', { class: 'unseen' }, title ? `Tane: ${title}` : 'Tane'),
    h('nav', { class: 'where', 'aria-label': t('map') },
      h('button', { type: 'button', class: 'brand', title: t('atlas'), on: { click: () => bar.home() } }, 'Tane', h('span', {}, '種')),
      title ? h('span', { class: 'crumb' }, title) : null),
    h('form', { class: 'search', role: 'search', on: { submit: (event) => { event.preventDefault(); bar.search(field.value, mode()); } } }, field, meaning),
    h('div', { class: 'tools' },
      hasMap && !view.isList ? tool('filter', t('filters'), bar.filters) : null,
      hasMap && !view.isList ? tool('lasso', t('lasso'), bar.lasso) : null,
      hasMap && !view.isList ? tool('fit', t('fit'), bar.fit) : null,
      hasMap ? worded('flip', view.isList ? 'map' : 'list', view.isList ? t('map') : t('list'), bar.flip) : null,
      worded('status', 'status', t('status'), bar.status),
      tool('looks', t('theme'), () => { switchTheme(); bar.looks(); }),
      h('button', { type: 'button', id: 'language', lang: t('languageCode'), 'aria-label': t('language'), on: { click: bar.language } },
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
