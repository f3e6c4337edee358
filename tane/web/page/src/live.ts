// What arrives while the page is open.

import type { ArrivedItem } from './api.gen';
import type { Points } from './points';
import { forScores } from './points';

/** Puts an item where it has arrived, and returns its index; all else is known when the map is read again. */
export function put(points: Points, one: ArrivedItem): number {
  const known = points.index(one.id);
  return points.put({
    kind: one.kind, id: one.id, x: one.x, y: one.y, cluster: -1, theme: -1, speaker: null, at: null, is_provisional: 1,
    sort: known === undefined ? null : points.columns.sort[known]!,
    ...forScores(() => null),
  });
}
