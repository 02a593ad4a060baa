import { count, type KindsOf, ManabiError, number, oneOf, optional, readArgument, readOptions } from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import { type HostArray, hostArray } from '@manabi/ir';
import { createElements, type PaddedDType, paddedDTypes, storedElement } from './elements.ts';
import { listKind } from './list-kind.ts';
import { isList, shapeOfLists } from './nested-lists.ts';

/** A sequence of numbers, or of arrays of the same shape, such as feature vectors. */
export type Sequence = ArrayLike<number> | readonly Sequence[];

/** Options of `padSequences`. */
export interface PadSequencesOptions {
  /** Length of each sequence in the result (default: the length of the longest sequence). */
  readonly maxlen?: number;
  /** Data type of the result (default: `'int32'`). */
  readonly dtype?: PaddedDType;
  /** Whether padding is inserted before or after each sequence (default: `'pre'`). */
  readonly padding?: 'pre' | 'post';
  /** Whether long sequences lose their first or last elements (default: `'pre'`, which keeps the last `maxlen`). */
  readonly truncating?: 'pre' | 'post';
  /** Padding value (default: 0). */
  readonly value?: number;
}

const kinds = {
  maxlen: optional(count),
  dtype: optional(oneOf(...paddedDTypes), 'int32'),
  padding: optional(oneOf('pre', 'post'), 'pre'),
  truncating: optional(oneOf('pre', 'post'), 'pre'),
  value: optional(number(), 0),
} satisfies KindsOf<PadSequencesOptions>;

const OP = 'padSequences';

/**
 * Pads and truncates sequences to the same length. As in Keras, padding is inserted at the start and truncation removes
 * the start by default; the layer `textVectorization` does both at the end.
 *
 * @returns array [sequences.length, maxlen, ...shape of an element]
 * @throws ManabiError `argument` for invalid options; `shape` for elements of different shapes; `value` for elements
 * that the dtype cannot represent, which Keras would round or wrap
 * @example
 * ```ts
 * import { padSequences } from '@manabi/text';
 *
 * console.log([...padSequences([[1, 2], [3, 4, 5, 6]], { maxlen: 3 }).data]); // [0, 1, 2, 4, 5, 6]
 * console.log([...padSequences([[1], [2, 3]], { padding: 'post' }).data]); // [1, 0, 2, 3]
 * ```
 */
export function padSequences(sequences: readonly Sequence[], options: PadSequencesOptions = {}): HostArray {
  const given = readArgument(OP, 'sequences', sequences, listKind);
  const { dtype, padding, truncating, value, maxlen } = readOptions(OP, options, kinds);
  const lengths = given.map((sequence, i) => lengthOf(sequence, [i]));
  const length = maxlen ?? lengths.reduce((most, n) => Math.max(most, n), 0);
  const longest = lengths.findIndex((n) => n > 0);
  const inner = longest < 0 ? [] : shapeOf(at(given[longest], 0), [longest, 0]);
  const size = inner.reduce((product, n) => product * n, 1);
  const data = createElements(dtype, given.length * length * size);
  data.fill(storedElement(OP, dtype, value, '`value`'));
  given.forEach((sequence, row) => {
    const kept = Math.min(lengths[row], length);
    const from = truncating === 'pre' ? lengths[row] - kept : 0;
    const to = row * length + (padding === 'pre' ? length - kept : 0);
    for (let i = 0; i < kept; i++) {
      const element = at(sequence, from + i);
      const position = [row, from + i];
      copy(element, inner, position, (number, offset) => {
        data[(to + i) * size + offset] = storedElement(OP, dtype, number, `Element ${formatPosition(position)}`);
      });
    }
  });
  return hostArray(dtype, [given.length, length, ...inner], data);
}

/** Passes the numbers of a nested array to `store`, in row-major order, and checks its shape. */
function copy(
  element: unknown,
  shape: readonly number[],
  position: readonly number[],
  store: (number: number, offset: number) => void,
): void {
  let offset = 0;
  const visit = (part: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof part !== 'number') throw differentShape(position, shape, part);
      store(part, offset++);
      return;
    }
    if (!isList(part) || part.length !== shape[axis]) throw differentShape(position, shape, part);
    for (let i = 0; i < part.length; i++) visit(part[i], axis + 1);
  };
  visit(element, 0);
}

function shapeOf(element: unknown, position: readonly number[]): readonly number[] {
  const shape = shapeOfLists(OP, element);
  let part = element;
  while (isList(part)) part = part[0];
  if (typeof part === 'number' || shape.includes(0)) return shape;
  throw notNumbers(position, part);
}

function lengthOf(sequence: unknown, position: readonly number[]): number {
  if (isList(sequence)) return sequence.length;
  throw notNumbers(position, sequence);
}

function at(sequence: unknown, index: number): unknown {
  return isList(sequence) ? sequence[index] : undefined;
}

function notNumbers(position: readonly number[], given: unknown): ManabiError {
  const expected = position.length === 1 ? 'an array of numbers' : 'a number or an array of numbers';
  return new ManabiError(
    'argument',
    `\`sequences${formatPosition(position)}\` must be ${expected}; got ${formatGiven(given)}. Convert texts to ` +
      'sequences first: tokenizer.textsToSequences(texts).',
    { op: OP, data: { position } },
  );
}

function differentShape(position: readonly number[], expected: readonly number[], given: unknown): ManabiError {
  const needed = expected.length === 0 ? 'numbers' : `arrays of shape [${expected.join(', ')}]`;
  return new ManabiError(
    'shape',
    `All elements of \`sequences\` must be ${needed}, as the first one is; \`sequences${formatPosition(position)}\` ` +
      `contains ${formatGiven(given)}.`,
    { op: OP, data: { position, expected } },
  );
}

function formatPosition(position: readonly number[]): string {
  return position.map((index) => `[${index}]`).join('');
}
