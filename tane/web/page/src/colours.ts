// Colours of points: by theme, kind, role, time or score; readable on light and on dark.

import type { Score } from './domain';
import { ITEM_TYPES, LOWEST, SCORES } from './domain';
import type { Points } from './points';

export type ColourBy = 'theme' | 'kind' | 'sort' | 'time' | Score;
export const COLOUR_BY: ColourBy[] = ['theme', 'kind', 'sort', 'time', ...SCORES];
type Rgb = [number, number, number];

// Hues far apart come first: most maps have few themes.
const LIGHT = ['#3566c8', '#d9622b', '#1f8a5f', '#b0368f', '#8a6a12', '#0f8ba3', '#c62f45', '#6a4fc4', '#5d8a1c', '#a5552f', '#4c6a8f', '#8f4f78'];
const DARK = ['#7aa2ff', '#ff9a62', '#56cf9b', '#f07fd0', '#e3bd4b', '#55cfe6', '#ff7d8e', '#b09bff', '#a8d65c', '#e0a37f', '#9db9dc', '#d9a0c5'];
const NONE = { light: '#9b968c', dark: '#6d7480' };
const RAMP = { light: ['#d8d2c2', '#c98a2e', '#7a1f3d'], dark: ['#3a404b', '#c98a2e', '#ffd9a0'] };

export function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme'];
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function switchTheme(): void {
  const next = isDark() ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = next;
  localStorage.setItem('tane.theme', next);
}

export function restoreTheme(): void {
  const kept = localStorage.getItem('tane.theme');
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset['theme'] = kept;
}

/** Returns the colours from the least to the most of a time or a score, for CSS. */
export function scale(): string {
  return `linear-gradient(90deg, ${(isDark() ? RAMP.dark : RAMP.light).join(', ')})`;
}

/** Returns the colour of the n-th theme or name; -1 is none. */
export function nth(n: number): string {
  if (n < 0) return isDark() ? NONE.dark : NONE.light;
  return (isDark() ? DARK : LIGHT)[n % LIGHT.length]!;
}

const ALPHA = { utterance: 0.55, seed: 0.9, cluster: 1 };

/** Returns (r, g, b, a) from 0 to 1 of every point. */
export function colours(points: Points, by: ColourBy): Float32Array {
  const { kind, cluster, sort, at } = points.columns;
  const none = parsed(nth(-1));
  const palette = (isDark() ? DARK : LIGHT).map(parsed);
  const of = (n: number) => (n < 0 ? none : palette[n % palette.length]!);
  const steps = Array.from({ length: 101 }, (_, n) => ramp(n / 100));
  const along = (value: number | null) => (value === null ? none : steps[Math.round(100 * Math.min(1, Math.max(0, value)))]!);
  const branches = points.branches();
  const numbers = new Map(sorts(points).map((name, n) => [name, n]));
  const span = points.span();
  const colour: Record<ColourBy, (i: number) => Rgb> = {
    theme: (i) => of(cluster[i]! < 0 ? -1 : branches[cluster[i]!]!),
    kind: (i) => of(ITEM_TYPES.indexOf(kind[i]!)),
    sort: (i) => of(sort[i] === null ? -1 : numbers.get(sort[i]!) ?? -1),
    time: (i) => along(at[i] === null || !span ? null : (at[i]! - span[0]) / Math.max(1, span[1] - span[0])),
    ...Object.fromEntries(SCORES.map((score) => [score, (i: number) => along(share(score, points.columns[score][i]!))])) as Record<Score, (i: number) => Rgb>,
  };
  const out = new Float32Array(points.length * 4);
  for (let i = 0; i < points.length; i += 1) {
    const rgb = colour[by](i);
    out[i * 4] = rgb[0];
    out[i * 4 + 1] = rgb[1];
    out[i * 4 + 2] = rgb[2];
    out[i * 4 + 3] = ALPHA[kind[i]!];
  }
  return out;
}

/** Returns the roles and kinds of seeds that occur, most first. */
export function sorts(points: Points): string[] {
  const counts = new Map<string, number>();
  for (const name of points.columns.sort) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

/** Returns how far up its scale a score is, from 0 to 1. */
function share(score: Score, value: number | null): number | null {
  return value === null ? null : (value - LOWEST[score]) / (1 - LOWEST[score]);
}

function ramp(value: number): Rgb {
  const stops = (isDark() ? RAMP.dark : RAMP.light).map(parsed);
  const at = Math.min(1, Math.max(0, value)) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  const part = at - low;
  return stops[low]!.map((channel, i) => channel + (stops[low + 1]![i]! - channel) * part) as Rgb;
}

function parsed(hex: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as Rgb;
}
