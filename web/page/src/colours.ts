// Colours of points: by theme, kind, role, time or score; readable on light and on dark.

import type { Kind } from './api';
import type { Points, Score } from './points';
import { SCORES } from './points';

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

/** Returns the colour of the n-th theme or name; -1 is none. */
export function nth(n: number): string {
  if (n < 0) return isDark() ? NONE.dark : NONE.light;
  return (isDark() ? DARK : LIGHT)[n % LIGHT.length]!;
}

const KINDS: Kind[] = ['utterance', 'seed', 'cluster'];

/** Returns (r, g, b, a) from 0 to 1 of every point. */
export function colours(points: Points, by: ColourBy): Float32Array {
  const out = new Float32Array(points.rows.length * 4);
  const names = sorts(points);
  const span = points.span();
  points.rows.forEach((row, i) => {
    let rgb: Rgb;
    if (by === 'theme') rgb = parsed(nth(points.branch(i)));
    else if (by === 'kind') rgb = parsed(nth(KINDS.indexOf(row.kind)));
    else if (by === 'sort') rgb = parsed(nth(row.sort ? names.indexOf(row.sort) : -1));
    else {
      const value = by === 'time' ? (row.at === null || !span ? null : (row.at - span[0]) / Math.max(1, span[1] - span[0]))
        : by === 'direction' ? (row.direction === null ? null : (row.direction + 1) / 2) : row[by];
      rgb = value === null ? parsed(nth(-1)) : ramp(value);
    }
    const alpha = row.kind === 'utterance' ? 0.55 : row.kind === 'seed' ? 0.9 : 1;
    out.set([...rgb, alpha], i * 4);
  });
  return out;
}

/** Returns the roles and kinds of seeds that occur, most first. */
export function sorts(points: Points): string[] {
  const counts = new Map<string, number>();
  for (const row of points.rows) if (row.sort) counts.set(row.sort, (counts.get(row.sort) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
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
