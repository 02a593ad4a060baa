import { ManabiError } from '@manabi/core';
import type { PartialShape } from '../nested.ts';

/**
 * A whole number from 1 up, of a layer's options.
 *
 * @throws ManabiError `argument`
 */
export function positiveInteger(className: string, option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ManabiError(
    'argument',
    `The option ${option} of ${className} is a whole number from 1 up, ${butGiven(value)}`,
    {
      op: className,
      data: { option, value },
    },
  );
}

/**
 * A number from `low` to `high`, of a layer's options.
 *
 * @throws ManabiError `argument`
 */
export function numberBetween(className: string, option: string, value: number, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw new ManabiError(
    'argument',
    `The option ${option} of ${className} is a number from ${low} to ${high}, ${butGiven(value)}`,
    { op: className, data: { option, value, low, high } },
  );
}

/**
 * So many whole numbers from `low` up, of a layer's options; a single one stands for all.
 *
 * @throws ManabiError `argument`
 * @example `wholeNumbers('UpSampling2D', 'size', 2, 2)` // [2, 2]
 */
export function wholeNumbers(
  className: string,
  option: string,
  value: number | readonly number[],
  count: number,
  low = 1,
): readonly number[] {
  const list = typeof value === 'number' ? Array.from({ length: count }, () => value) : value;
  if (Array.isArray(list) && list.length === count && list.every((n) => Number.isInteger(n) && n >= low)) return list;
  throw new ManabiError(
    'argument',
    `The option ${option} of ${className} is a whole number from ${low} up, or a list of ${count} of them, ` +
      butGiven(value),
    { op: className, data: { option, value, count, low } },
  );
}

/**
 * One of some words, of a layer's options. Case and underscores do not count: `channels_last` is `channelsLast`.
 *
 * @throws ManabiError `argument`
 */
export function oneOf<T extends string>(className: string, option: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word.toLowerCase() === String(value).replace(/_/g, '').toLowerCase());
  if (found !== undefined) return found;
  throw new ManabiError(
    'argument',
    `The option ${option} of ${className} is ${words.join(' or ')}, ${butGiven(value)}`,
    {
      op: className,
      data: { option, value, words },
    },
  );
}

/** The end of a message about an option: what was given, or that nothing was, perhaps since it was given without a name. */
function butGiven(value: unknown): string {
  if (value === undefined) return 'but was not given. Options are an object with names, as in { units: 10 }.';
  return `not ${JSON.stringify(value) ?? String(value)}.`;
}

/**
 * The length of an axis that a layer must know to make its weights.
 *
 * @throws ManabiError `shape` if it is not known, or there is no such axis
 */
export function knownLength(
  layer: { readonly name: string; readonly className: string },
  shape: PartialShape,
  axis: number,
): number {
  const length = shape.at(axis);
  if (typeof length === 'number') return length;
  throw new ManabiError(
    'shape',
    `Layer '${layer.name}' (${layer.className}) must know the length of axis ${axis} to make its weights, but its input ` +
      `has shape [${shape.map(String).join(', ')}].`,
    { op: layer.className, data: { layer: layer.name, shape, axis } },
  );
}
