// A recap: at most three leading stories, then further ones, then what else was told of each genre.

import type { RecapAnswer, RecapPart, RecapRow, RecapStory } from './api.gen';
import { api } from './api';
import type { EditionLeads } from './cited';
import { Numbers, beside, sentence } from './cited';
import { button, h } from './dom';
import { row, section } from './panel';
import { count, days, said, t, why } from './words';

const SOURCES = ['talk', 'articles', 'both'] as const;
const DAY_MS = 86400_000;

export function recapPage(one: RecapAnswer, all: RecapRow[], leads: EditionLeads, maker: HTMLElement | null, about: HTMLElement): HTMLElement {
  const numbers = new Numbers();
  const stored = one.sections.filter((part) => part.status === 'stored');
  const reasons = new Set(stored.map((part) => (part.is_degraded ? part.degraded_reason ?? 'own_words' : '')));
  const only = reasons.size === 1 ? [...reasons][0]! : ''; // said once, where all have the same
  const told = new Set([...one.leading, ...one.further].map((story) => story.story_id));
  const hasStories = one.leading.length + one.further.length > 0;
  const isOwn = only !== '';
  const above = [
    one.leading.length ? h('section', { class: 'leading', 'aria-label': t('leading') }, ...one.leading.map((story) => leading(story, numbers, leads, isOwn))) : null,
    one.further.length ? h('section', { class: 'further' }, h('h3', {}, t('further')), ...one.further.map((story) => further(story, numbers, leads, isOwn))) : null,
  ]; // first, for sentences are numbered in the order of the page
  const parts = stored.flatMap((part) => genre(part, told, numbers, leads, only, !hasStories) ?? []);
  return h('article', { class: 'reading edition' },
    h('header', {},
      h('p', { class: 'eyebrow' }, windowOf(one)),
      h('h2', {}, titleOf(one)),
      h('p', { class: 'faint' }, readWords(one)),
      h('div', { class: 'chooser' }, chooser(one, all, leads), maker, neighbours(one, all, leads))),
    only ? h('p', { class: 'notice' }, why(only)) : null,
    !hasStories && !stored.some((part) => part.bullets.length) ? h('p', {}, one.unchanged ? t('nothingNew') : why(one.reason ?? 'nothing_to_recap')) : null,
    ...above,
    one.unchanged ? h('p', { class: 'unchanged' }, t('unchanged').replace('%', count(one.unchanged))) : null,
    parts.length ? h('section', { class: 'parts' }, h('h3', {}, t('byGenre')), ...parts) : null,
    h('footer', {}, neighbours(one, all, leads), about));
}

/** Says what was read for it, and leads to other editions and out. */
export function recapAbout(one: RecapAnswer, all: RecapRow[], leads: EditionLeads): HTMLElement {
  const dropped = one.stages.filter((figure) => figure.stage !== 'kept');
  return h('div', { class: 'detail about' },
    h('h2', {}, t('aboutRecap')),
    h('p', {}, t('citeHow')),
    section(t('whatWasRead'), h('ul', { class: 'figures' },
      h('li', {}, t('readAll').replace('%', count(one.documents))),
      ...dropped.map((figure) => h('li', {}, `${why(figure.reason)}: ${count(figure.documents)}`)),
      one.folded.length ? h('li', {}, t('foldedStories').replace('%', count(one.folded.length))) : null)),
    all.length > 1 ? section(t('editions'), h('ul', { class: 'rows' }, ...all.map((other) => h('li', {}, edition(other, one, leads))))) : null,
    h('div', { class: 'review' },
      ...(['md', 'html'] as const).map((format) => button(t(format === 'md' ? 'saveMarkdown' : 'saveHtml'), () => void save(one.run_id, format), { class: 'quiet' }))));
}

function edition(other: RecapRow, one: RecapAnswer, leads: EditionLeads): HTMLElement {
  const act = row([h('span', { class: 'grow' }, windowOf(other), h('small', {}, [t(sourceOf(other)), other.stories ? t('storiesOf').replace('%', count(other.stories)) : null].filter(Boolean).join(' · ')))],
    () => leads.turn({ pane: 'recap', run: other.run_id }));
  if (other.run_id === one.run_id) act.setAttribute('aria-current', 'true');
  return act;
}

function leading(story: RecapStory, numbers: Numbers, leads: EditionLeads, isOwn: boolean): HTMLElement {
  return h('article', { class: 'story' }, h('h3', {}, story.title ?? '…'), facts(story),
    ...story.bullets.map((bullet) => sentence(bullet, numbers, leads, isOwn)));
}

function further(story: RecapStory, numbers: Numbers, leads: EditionLeads, isOwn: boolean): HTMLElement {
  return h('article', { class: 'story' }, h('h4', {}, story.title ?? '…'), facts(story),
    ...story.bullets.slice(0, 2).map((bullet) => sentence(bullet, numbers, leads, isOwn)));
}

function facts(story: RecapStory): HTMLElement {
  const [first, last] = [story.first_said_at, story.last_said_at];
  return h('p', { class: 'facts' }, [
    story.state === 'continued' ? t('storyContinued').replace('%', count(story.added)) : story.state === 'new' ? t('storyNew') : t('storyQuiet'),
    t('documentsOf').replace('%', count(story.documents)),
    story.publishers > 1 ? t('publishersOf').replace('%', count(story.publishers)) : null,
    days(first, last),
  ].filter(Boolean).join(' · '));
}

/** Folds what is told of a genre, but for what stands above already. */
function genre(part: RecapPart, told: Set<string>, numbers: Numbers, leads: EditionLeads, only: string, isOpen: boolean): HTMLElement | null {
  const rest = part.bullets.filter((bullet) => !bullet.is_deleted && (bullet.story_id === null || !told.has(bullet.story_id)));
  if (!rest.length) return null;
  const reason = part.is_degraded ? part.degraded_reason ?? 'own_words' : '';
  const isOwn = reason !== '';
  return h('details', { open: isOpen }, h('summary', {}, h('strong', {}, said(part.name)), ' ', h('span', { class: 'faint' }, t('documentsOf').replace('%', count(part.documents)))),
    h('div', { class: 'branch' },
      part.title && !part.is_degraded ? h('h4', {}, part.title) : null,
      reason && reason !== only ? h('p', { class: 'faint' }, why(reason)) : null,
      ...rest.map((bullet) => sentence(bullet, numbers, leads, isOwn))));
}

/** Offers the owner's own week, that of articles, and both, where such recaps are. */
function chooser(one: RecapAnswer, all: RecapRow[], leads: EditionLeads): HTMLElement | null {
  const newest = SOURCES.flatMap((name) => all.find((other) => other.sources === name) ?? []);
  if (newest.length < 2) return null;
  return h('div', { class: 'tabs', role: 'group', 'aria-label': t('whatIsRead') }, ...newest.map((other) =>
    button(t(sourceOf(other)), () => leads.turn({ pane: 'recap', run: other.run_id }), { 'aria-pressed': String(other.sources === one.sources) })));
}

/** Leads to the earlier and the later edition that read the same. */
function neighbours(one: RecapAnswer, all: RecapRow[], leads: EditionLeads): HTMLElement | null {
  const same = all.filter((other) => other.sources === one.sources);
  const before = same.find((other) => other.run_id < one.run_id);
  const after = same.findLast((other) => other.run_id > one.run_id);
  if (!before && !after) return null;
  const to = (other: RecapRow | undefined) => (other ? () => leads.turn({ pane: 'recap', run: other.run_id }) : null);
  return beside(to(before), to(after));
}

function sourceOf(one: RecapRow): typeof SOURCES[number] {
  return SOURCES.find((name) => name === one.sources) ?? 'both';
}

/** Returns the days of its window; the end itself is not within it. */
function windowOf(one: { window_start: string | null; window_end: string | null }): string {
  if (!one.window_start || !one.window_end) return '';
  return days(one.window_start, new Date(Date.parse(one.window_end) - 1).toISOString());
}

function titleOf(one: RecapAnswer): string {
  if (!one.window_start || !one.window_end) return t('recap');
  const length = Math.round((Date.parse(one.window_end) - Date.parse(one.window_start)) / DAY_MS);
  return length === 7 ? t('theWeek') : t('theDays').replace('%', count(Math.max(1, length)));
}

function readWords(one: RecapAnswer): string {
  const what = one.sources === 'talk' ? t('readTalk') : one.sources === 'articles' ? t('readArticles') : t('readBoth');
  return what.replace('%', count(one.documents));
}

async function save(run: number, format: 'md' | 'html'): Promise<void> {
  const address = URL.createObjectURL(await api.recapFile(run, format));
  h('a', { href: address, download: `recap-${run}.${format}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser takes it a little later
}
