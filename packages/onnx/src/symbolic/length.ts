import { ManabiError } from '@manabi/ir';

/** A length that depends on the batch size N: slope · N + offset, with a slope other than 0. */
export interface OpenLength {
  readonly slope: number;
  readonly offset: number;
}

/** A length that is known, or that depends on the batch size. */
export type Length = number | OpenLength;

/** True if the length is the same at every batch size. */
export function isFixed(length: Length): length is number {
  return typeof length === 'number';
}

export function equalLengths(a: Length, b: Length): boolean {
  if (isFixed(a) || isFixed(b)) return a === b;
  return a.slope === b.slope && a.offset === b.offset;
}

export function equalOpenShapes(a: readonly Length[], b: readonly Length[]): boolean {
  return a.length === b.length && a.every((length, axis) => equalLengths(length, b[axis]));
}

/** slope · N + offset. */
export function lengthOf(slope: number, offset: number): Length {
  return slope === 0 ? offset : { slope, offset };
}

/** factor · length + more. */
export function linear(length: Length, factor: number, more = 0): Length {
  if (isFixed(length)) return length * factor + more;
  return lengthOf(length.slope * factor, length.offset * factor + more);
}

/** A length that is a multiple of a number, over that number. */
export function divided(length: Length, by: number): Length {
  return isFixed(length) ? length / by : lengthOf(length.slope / by, length.offset / by);
}

/** The lengths, if all are known; else null. */
export function fixedShape(shape: readonly Length[]): readonly number[] | null {
  return shape.every(isFixed) ? shape : null;
}

/** The length as files and people write it: `3`, `batch`, `2*batch+1`. */
export function formatLength(length: Length): string {
  if (isFixed(length)) return String(length);
  const { slope, offset } = length;
  const times = slope === 1 ? 'batch' : `${slope}*batch`;
  return offset === 0 ? times : `${times}${offset > 0 ? '+' : ''}${offset}`;
}

export function formatOpenShape(shape: readonly Length[]): string {
  return `[${shape.map(formatLength).join(', ')}]`;
}

/**
 * The product of lengths, of which at most one may be open.
 *
 * @throws ManabiError `graph` if several are
 */
export function productOf(lengths: readonly Length[]): Length {
  const open = lengths.filter((length) => !isFixed(length));
  const factor = lengths.filter(isFixed).reduce((product, length) => product * length, 1);
  const [first] = open;
  if (first === undefined || isFixed(first)) return factor;
  if (open.length > 1 && factor !== 0) {
    throw new ManabiError(
      'graph',
      `The lengths ${formatOpenShape(lengths)} are multiplied, which gives more than a multiple of the batch size plus a ` +
        'constant. Export for one size with { batch: 32 }.',
      { op: 'exportOnnx', data: { lengths } },
    );
  }
  return linear(first, factor);
}
