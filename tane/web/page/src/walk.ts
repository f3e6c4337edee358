// Goes from point to point with the arrow keys.

import type { Canvas } from './canvas';
import type { Points } from './points';
import { SPACE } from './points';

/** Returns the next shown point in a direction, -1 where there is none; what lies aside counts twice. */
export function nextPoint(points: Points, shown: boolean[], canvas: Canvas, from: number | undefined, [dx, dy]: [number, number]): number {
  const here = from === undefined ? [SPACE / 2, SPACE / 2] as [number, number] : points.place(from);
  const { scale } = canvas.projection();
  let [best, cost] = [-1, Infinity];
  for (let i = 0; i < points.length; i += 1) {
    if (!shown[i] || i === from) continue;
    const [x, y] = points.place(i);
    const [right, down] = [(x - here[0]) * scale, (here[1] - y) * scale];
    const along = right * dx + down * dy;
    const beside = Math.abs(right * dy) + Math.abs(down * dx);
    if (along > 0.5 && beside <= along && along + beside < cost) [best, cost] = [i, along + beside];
  }
  return best;
}
