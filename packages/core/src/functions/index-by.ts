import { ManabiError, wrongArgument } from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import { formatShape } from '@manabi/ir';
import { isTensor, lazyOf, type Tensor } from '../tensor.ts';
import { flip } from './arrange.ts';
import { validPositions } from './axis.ts';
import { asTensor, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';
import { strided } from './slice.ts';
import { refuseMask, take } from './take.ts';

/**
 * Entry of an index, as between the brackets of NumPy's `x[...]`:
 *
 * - a number selects one position and removes the axis;
 * - `[start, stop]` and `[start, stop, step]` are NumPy's `start:stop:step`, with null or a missing entry for an open
 * end;
 * - `'...'` stands for all axes without an entry;
 * - `null` inserts a new axis;
 * - a tensor of integers selects positions.
 */
export type IndexItem = number | readonly (number | null)[] | '...' | null | Tensor;

/**
 * Selects a part of a tensor by one entry per axis, as NumPy's `x[...]` does.
 *
 * @throws ManabiError `index` for a position out of range or more entries than axes; `argument` for an invalid entry or
 * a second tensor; `dtype` for a mask (use `where(mask, x, 0)` instead)
 * @example
 * ```ts
 * import { index, tensor } from 'manabi';
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * console.log(await index(x, 0).array()); // [1, 2, 3]
 * console.log(await index(x, '...', -1).array()); // [3, 6]
 * console.log(await index(x, [], [0, 2]).array()); // [[1, 2], [4, 5]]
 * console.log(await index(x, 1, [null, null, -1]).array()); // [6, 5, 4]
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
  const picks: { readonly axis: number; readonly positions: Tensor }[] = [];
  let axis = 0;
  for (const entry of entries) {
    if (entry === null) {
      shape.push(1);
      continue;
    }
    const length = value.shape[axis];
    if (typeof entry === 'number') {
      const position = positionOn(entry, length, axis, value);
      low.push(position);
      high.push(position + 1);
      step.push(1);
    } else {
      const range = isTensor(entry) ? fullRange(length) : rangeOn(entry, length);
      if (isTensor(entry)) {
        refuseMask('index', lazyOf(entry).type);
        picks.push({ axis: shape.length, positions: entry });
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
      `An index may contain only one tensor; got ${picks.length}. Use gatherND() for several.`,
      { op: 'index', data: { tensors: picks.length } },
    );
  }
  const all = value.shape.every((length, i) => low[i] === 0 && high[i] === length && step[i] === 1);
  const cut = all ? value : strided(value, low, high, step);
  const ordered = reversed.length === 0 ? cut : flip(cut, reversed);
  const part = reshape(ordered, shape);
  return picks.reduce((picked, pick) => take(picked, pick.positions, pick.axis), part);
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
        ? "An index may contain '...' only once."
        : `Too many entries: got ${named} for a tensor of shape ${formatShape(x.shape)}, which has ${x.rank} axes.`,
      { op: 'index', data: { shape: x.shape, entries: named } },
    );
  }
  const rest: Exclude<IndexItem, '...'>[] = Array.from({ length: x.rank - named }, () => []);
  const entries: Exclude<IndexItem, '...'>[] = items.flatMap((item) => (item === '...' ? rest : [item]));
  return dots === 1 ? entries : [...entries, ...rest];
}

function positionOn(position: number, length: number, axis: number, x: Tensor): number {
  const normal = position < 0 ? position + length : position;
  if (Number.isInteger(position) && normal >= 0 && normal < length) return normal;
  throw new ManabiError(
    'index',
    `Index ${position} is out of range for axis ${axis} of ${formatShape(x.shape)}: ${validPositions(length)}.`,
    {
      op: 'index',
      data: { index: position, axis, shape: x.shape },
    },
  );
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly reversed: boolean;
}

function fullRange(length: number): Range {
  return { low: 0, high: length, step: 1, reversed: false };
}

/**
 * Converts `start:stop:step` to a range with a positive step, and a flag that states whether the selected elements must
 * be reversed. `start` and `stop` are clamped to the axis, as in Python.
 */
function rangeOn(entry: readonly (number | null)[], length: number): Range {
  const [start = null, stop = null, step = null] = entry.length > 3 ? [] : entry;
  const by = step ?? 1;
  const invalid = entry.length > 3 || [start, stop, by].some((each) => each !== null && !Number.isInteger(each));
  if (by === 0 || invalid) {
    throw new ManabiError(
      'argument',
      `A range must be [start, stop, step], each an integer or null, with a step other than 0; got ${formatGiven(entry)}. ` +
        'To select single positions, use take() or a tensor of integers.',
      { op: 'index', data: { entry: formatGiven(entry) } },
    );
  }
  const bound = (position: number, low: number, high: number): number =>
    Math.min(Math.max(position < 0 ? position + length : position, low), high);
  if (by > 0) {
    const low = start === null ? 0 : bound(start, 0, length);
    const high = stop === null ? length : bound(stop, 0, length);
    return { low, high: Math.max(low, high), step: by, reversed: false };
  }
  const from = start === null ? length - 1 : bound(start, -1, length - 1);
  const to = stop === null ? -1 : bound(stop, -1, length - 1);
  const count = Math.max(0, Math.ceil((from - to) / -by));
  // A negative step selects the same positions as this range, in reverse order.
  const lowest = count === 0 ? 0 : from + (count - 1) * by;
  return { low: lowest, high: count === 0 ? 0 : from + 1, step: -by, reversed: true };
}
