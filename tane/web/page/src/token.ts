// Asks for the token of a server that has one.

import { h } from './dom';
import { t } from './words';

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
