// Shortens empty stretches of an axis. Groups that have nothing in common, such as two languages, are laid out so far
// apart that each would be a dot; how far that is means nothing, while distances within a group stay as they are.

const LONGEST_GAP = 0.07; // of the whole axis, before and after

/** Returns a rising, piecewise linear function that shortens the gaps between these values, with slope 1 elsewhere. */
export function squeezed(values: number[]): (value: number) => number {
  const sorted = Float64Array.from(values).sort();
  const extent = sorted.length ? sorted[sorted.length - 1]! - sorted[0]! : 0;
  const longest = extent * LONGEST_GAP;
  const gaps: [number, number][] = []; // where each begins, and how much is taken out of it
  for (let i = 1; i < sorted.length; i += 1) {
    const gap = sorted[i]! - sorted[i - 1]!;
    if (gap > longest) gaps.push([sorted[i - 1]!, gap - longest]);
  }
  return (value) => gaps.reduce((at, [from, taken]) => {
    const into = (value - from) / (taken + longest);
    return at - taken * Math.min(1, Math.max(0, into));
  }, value);
}
