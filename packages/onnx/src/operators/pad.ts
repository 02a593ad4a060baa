import type { Padding } from '@manabi/ir';
import { type Length, linear } from '../symbolic/length.ts';
import { reshape, slice } from '../write/layout.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';

/** Pads the last axes of a value, one for each entry of `padding`; negative padding removes elements. */
export function padded(w: Writer, x: Term, padding: readonly Padding[], rank: number, fill: Term): Term {
  if (padding.every(([low, high]) => low === 0 && high === 0)) return x;
  const lead = new Array<number>(rank - padding.length).fill(0);
  const pads = [...lead, ...padding.map(([low]) => low), ...lead, ...padding.map(([, high]) => high)];
  return w.compute('Pad', [x], { others: [w.int64(pads), fill] });
}

/**
 * Inserts fill values between the elements along each axis. To do so, adds a new axis of length 1 after each axis, pads
 * the new axis with fill values, joins both axes by a reshape, and slices off the fill values after the last element.
 */
export function spreadOut(w: Writer, x: Term, shape: readonly Length[], interior: readonly number[], fill: Term): Term {
  let current = x;
  let lengths = [...shape];
  interior.forEach((between, axis) => {
    if (between === 0 || lengths[axis] === 0) return;
    const apart = lengths.toSpliced(axis + 1, 0, 1);
    const none = apart.map(() => 0);
    const pads = w.int64([...none, ...none.with(axis + 1, between)]);
    const filled = w.compute('Pad', [reshape(w, current, lengths, apart)], { others: [pads, fill] });
    const longer = linear(lengths[axis], between + 1);
    const merged = lengths.with(axis, longer);
    const limit = merged.with(axis, linear(longer, 1, -between));
    current = reshape(w, filled, apart.with(axis + 1, between + 1), merged);
    current = slice(
      w,
      current,
      merged,
      merged.map(() => 0),
      limit,
      merged.map(() => 1),
    );
    lengths = limit;
  });
  return current;
}
