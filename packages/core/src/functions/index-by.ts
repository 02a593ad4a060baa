import { formatGiven, ManabiError, wrongArgument } from '@manabi/errors';
import { formatShape } from '@manabi/ir';
import { isTensor, lazyOf, type Tensor } from '../tensor.ts';
import { flip } from './arrange.ts';
import { placesOn } from './axis.ts';
import { asTensor, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';
import { strided } from './slice.ts';
import { refuseMask, take } from './take.ts';

/**
 * One entry of an index, as between the brackets of NumPy:
 * a number picks one place and drops the axis; `[start, stop]` and `[start, stop, step]` are `start:stop:step`, with
 * null or nothing for an open end; `'...'` stands for all axes that are not named; `null` is a new axis; a tensor of
 * integers picks places.
 */
export type IndexItem = number | readonly (number | null)[] | '...' | null | Tensor;

/**
 * A part of a tensor, as NumPy's `x[…]`.
 *
 * @throws ManabiError `index` for a place beyond its axis, or more entries than axes; `argument` for an entry that is
 * none, or a second tensor; `dtype` for a mask: `where(mask, x, 0)` keeps the shape
 * @example
 * ```ts
 * index(x, 0);              // x[0]
 * index(x, [1, null], -1);  // x[1:, -1]
 * index(x, '...', null);    // x[..., None]
 * index(x, [], [null, null, -1]); // x[:, ::-1]
 * ```
 */
export function index(x: TensorLike, ...items: readonly IndexItem[]): Tensor {
  const value = asTensor('index', x);
  items.forEach(checkItem);
  const entries = withoutEllipsis(value, items);
  const low: number[] = [];
  const high: number[] = [];
  const step: number[] = [];
  const reversed: number[] = [];
  const shape: number[] = [];
  const picks: { readonly axis: number; readonly places: Tensor }[] = [];
  let axis = 0;
  for (const entry of entries) {
    if (entry === null) {
      shape.push(1);
      continue;
    }
    const length = value.shape[axis];
    if (typeof entry === 'number') {
      const place = placeOn(entry, length, axis, value);
      low.push(place);
      high.push(place + 1);
      step.push(1);
    } else {
      const range = isTensor(entry) ? whole(length) : rangeOn(entry, length);
      if (isTensor(entry)) {
        refuseMask('index', lazyOf(entry).type);
        picks.push({ axis: shape.length, places: entry });
      }
      if (range.reversed) reversed.push(axis);
      low.push(range.low);
      high.push(range.high);
      step.push(range.step);
      shape.push(Math.ceil((range.high - range.low) / range.step));
    }
    axis++;
  }
  if (picks.length > 1) {
    throw new ManabiError(
      'argument',
      `An index holds ${picks.length} tensors, but one is all that it may hold. Use gatherND for several.`,
      { op: 'index', data: { tensors: picks.length } },
    );
  }
  const all = value.shape.every((length, i) => low[i] === 0 && high[i] === length && step[i] === 1);
  const cut = all ? value : strided(value, low, high, step);
  const turned = reversed.length === 0 ? cut : flip(cut, reversed);
  const part = reshape(turned, shape);
  return picks.reduce((picked, pick) => take(picked, pick.places, pick.axis), part);
}

function checkItem(item: unknown, i: number): void {
  if (item === null || item === '...' || typeof item === 'number' || Array.isArray(item) || isTensor(item)) return;
  const expected = "an integer, a range [start, stop, step], '...', null or a tensor of integers";
  throw wrongArgument({ op: 'index', name: `items[${i}]` }, expected, item);
}

function withoutEllipsis(x: Tensor, items: readonly IndexItem[]): Exclude<IndexItem, '...'>[] {
  const named = items.filter((item) => item !== '...' && item !== null).length;
  const dots = items.filter((item) => item === '...').length;
  if (named > x.rank || dots > 1) {
    throw new ManabiError(
      'index',
      dots > 1
        ? "An index may hold '...' once."
        : `${named} entries index a tensor of shape ${formatShape(x.shape)}, which has ${x.rank} axes.`,
      { op: 'index', data: { shape: x.shape, entries: named } },
    );
  }
  const rest: Exclude<IndexItem, '...'>[] = Array.from({ length: x.rank - named }, () => []);
  const entries: Exclude<IndexItem, '...'>[] = items.flatMap((item) => (item === '...' ? rest : [item]));
  return dots === 1 ? entries : [...entries, ...rest];
}

function placeOn(place: number, length: number, axis: number, x: Tensor): number {
  const normal = place < 0 ? place + length : place;
  if (Number.isInteger(place) && normal >= 0 && normal < length) return normal;
  throw new ManabiError(
    'index',
    `Place ${place} is not on axis ${axis} of ${formatShape(x.shape)}: ${placesOn(length)}.`,
    {
      op: 'index',
      data: { index: place, axis, shape: x.shape },
    },
  );
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly reversed: boolean;
}

function whole(length: number): Range {
  return { low: 0, high: length, step: 1, reversed: false };
}

/** `start:stop:step` as a range that ascends, and whether to turn it round. Ends are clamped, as Python does. */
function rangeOn(entry: readonly (number | null)[], length: number): Range {
  const [start = null, stop = null, step = null] = entry.length > 3 ? [] : entry;
  const by = step ?? 1;
  const invalid = entry.length > 3 || [start, stop, by].some((each) => each !== null && !Number.isInteger(each));
  if (by === 0 || invalid) {
    throw new ManabiError(
      'argument',
      `A range must be [start, stop, step], each an integer or null, with a step other than 0; got ${formatGiven(entry)}. ` +
        'To pick positions, use take, or a tensor of integers.',
      { op: 'index', data: { entry: formatGiven(entry) } },
    );
  }
  const bound = (place: number, low: number, high: number): number =>
    Math.min(Math.max(place < 0 ? place + length : place, low), high);
  if (by > 0) {
    const low = start === null ? 0 : bound(start, 0, length);
    const high = stop === null ? length : bound(stop, 0, length);
    return { low, high: Math.max(low, high), step: by, reversed: false };
  }
  const from = start === null ? length - 1 : bound(start, -1, length - 1);
  const to = stop === null ? -1 : bound(stop, -1, length - 1);
  const count = Math.max(0, Math.ceil((from - to) / -by));
  // The same places from the lowest one on.
  const lowest = count === 0 ? 0 : from + (count - 1) * by;
  return { low: lowest, high: count === 0 ? 0 : from + 1, step: -by, reversed: true };
}
