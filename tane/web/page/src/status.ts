// How the server is: queue, model server, the night and those before it, jobs that died and why.

import type { NightRow, ServerStatus } from './api.gen';
import { api } from './api';
import { h } from './dom';
import { meter, section } from './panel';
import { count, duration, moment, said, t, trouble } from './words';

const STATES = ['queued', 'scheduled', 'running', 'done', 'dead', 'cancelled'] as const;
const ALWAYS = new Set<string>(['queued', 'running', 'dead']);

const EVERY_MS = 4000;

/** Looks at the server again and again for as long as `isWanted`, and shows what it sees. */
export class StatusWatch {
  private next: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly isWanted: () => boolean, private readonly show: (content: HTMLElement) => void) {}

  async look(): Promise<void> {
    clearTimeout(this.next);
    const content = await api.status().then(statusView, () => h('div', { class: 'detail status' }, h('h2', {}, t('away'))));
    if (!this.isWanted()) return;
    this.show(content);
    this.next = setTimeout(() => void this.look(), EVERY_MS);
  }
}

export function statusView(status: ServerStatus): HTMLElement {
  return h('div', { class: 'detail status' }, h('h2', {}, `${t('status')}: ${said(status.status)}`),
    ...status.troubles.map((one) => h('p', { class: 'warn' }, trouble(one.what, one.remedy))),
    section(t('models'), h('p', {}, [modelState(status), status.models?.version].filter(Boolean).join(' · ')), ...vectors(status)),
    section(t('night'), ...night(status)),
    status.nights?.length ? section(t('reports'), h('ul', { class: 'rows reports' }, ...status.nights.map(report))) : null,
    section(t('queue'), queue(status)),
    status.dead?.length ? section(t('deadJobs'), h('table', { class: 'dead' }, h('tbody', {}, ...status.dead.map((one) => h('tr', {},
      h('th', { scope: 'row' }, said(one.job_type)), h('td', { class: 'cause' }, one.cause), h('td', {}, count(one.n))))))) : null);
}

/** Says whose vectors are in use, and what a model of the host would add. */
function vectors(status: ServerStatus): HTMLElement[] {
  if (status.models?.vectors !== 'builtin') return [];
  return [h('p', { class: 'faint' }, t(status.models.has_offer ? 'builtinOffer' : 'builtinVectors'))];
}

function modelState(status: ServerStatus): string {
  return said(status.models?.state ?? 'down');
}

/** Shows how far an open night is, or how the last one ended. */
function night(status: ServerStatus): (HTMLElement | null)[] {
  const one = status.night;
  if (!one?.status) return [h('p', { class: 'faint' }, t('noNight'))];
  const isOpen = one.status === 'running' || one.status === 'requested';
  const left = one.eta_s === null || one.eta_s === undefined ? null : `${t('left')} ${duration(one.eta_s)}`;
  return [
    h('p', {}, [said(one.status), isOpen ? one.step : null, isOpen ? left : null].filter(Boolean).join(' · ')),
    isOpen && typeof one.fraction === 'number' ? meter(t('done'), one.fraction, 0, 1) : null,
    one.last_success_age_s === null || one.last_success_age_s === undefined ? null
      : h('p', { class: 'faint' }, `${t('ago')}: ${t('before2').replace('…', duration(one.last_success_age_s))}`),
    one.clusters === null || one.clusters === undefined ? null
      : h('p', { class: 'faint' }, `${count(one.clusters)} ${t('themes')}${typeof one.coverage === 'number' ? ` · ${t('coverage')} ${Math.round(one.coverage * 100)} %` : ''}`),
  ];
}

function report(one: NightRow): HTMLElement {
  const facts = [one.clusters === null ? null : `${count(one.clusters)} ${t('themes')}`, one.seeds === null ? null : `${count(one.seeds)} ${t('seed')}`,
    one.kept === null ? null : `${t('kept')} ${count(one.kept)}`, one.new === null ? null : `${t('new')} ${count(one.new)}`,
    one.gone === null ? null : `${t('lost')} ${count(one.gone)}`];
  return h('li', {}, h('p', {}, h('span', {}, moment(one.at)), h('small', {},
    [said(one.status), one.seconds === null ? null : duration(one.seconds), ...facts].filter(Boolean).join(' · '))));
}

function queue(status: ServerStatus): HTMLElement {
  const jobs = Object.entries(status.jobs ?? {});
  if (!jobs.length) return h('p', { class: 'faint' }, t('noJobs'));
  const states = STATES.filter((state) => ALWAYS.has(state) || jobs.some(([, n]) => n[state]));
  return h('div', { class: 'wide' }, h('table', { class: 'queue' },
    h('thead', {}, h('tr', {}, h('td', {}), ...states.map((state) => h('th', { scope: 'col' }, t(state === 'dead' ? 'deadJob' : state))))),
    h('tbody', {}, ...jobs.map(([name, n]) => h('tr', { 'data-job': name }, h('th', { scope: 'row' }, said(name)),
      ...states.map((state) => h('td', n[state] ? {} : { class: 'none' }, count(n[state] ?? 0))))))));
}
