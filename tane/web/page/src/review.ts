// The owner's decisions; shown only where the server takes any.

import type { ClusterDetail, SeedDetail } from './api.gen';
import { api } from './api';
import { button, h } from './dom';
import { t } from './words';

type Done = (isGone?: boolean) => void;

function acting(path: string, body: object, done: Done, place: HTMLElement): void {
  void api.write(path, body).then(() => done(path.endsWith('/reject')), () => place.append(h('p', { class: 'warn' }, t('failed'))));
}

/** Puts a text field in the place of the buttons until the words are saved. */
function wording(place: HTMLElement, words: string, save: (words: string) => void): void {
  const field = h('textarea', { rows: 3, 'aria-label': t('edit') }, words);
  const before = [...place.childNodes];
  place.replaceChildren(field,
    button(t('save'), () => { if (field.value.trim()) save(field.value.trim()); }, { class: 'main' }),
    button(t('cancel'), () => place.replaceChildren(...before)));
  field.focus();
}

export const review = {
  seed(one: SeedDetail, done: Done): HTMLElement {
    const place = h('div', { class: 'review' });
    const path = (name: string) => `seeds/${one.id}/${name}`;
    place.append(
      button(t('accept'), () => acting(path('accept'), {}, done, place)),
      button(t('edit'), () => wording(place, one.body, (body) => acting(path('edit'), { body }, done, place))),
      button(t('reject'), () => acting(path('reject'), {}, done, place)),
    );
    return place;
  },

  cluster(one: ClusterDetail, done: Done): HTMLElement {
    const place = h('div', { class: 'review' });
    const path = (name: string) => `clusters/${one.id}/${name}`;
    const pin = one.is_pinned ? 'unpin' : 'pin';
    place.append(
      button(t('rename'), () => wording(place, one.title ?? '', (title) => acting(path('rename'), { title }, done, place))),
      button(t(pin), () => acting(path(pin), {}, done, place)),
    );
    return place;
  },
};
