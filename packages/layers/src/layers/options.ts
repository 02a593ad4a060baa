import { ManabiError } from '@manabi/core';
import type { PartialShape } from '../nested.ts';

/**
 * A whole number from 1 up, of a layer's options.
 *
 * @throws ManabiError `argument`
 */
export function positiveInteger(className: string, option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ManabiError('argument', `The option ${option} of ${className} is a whole number from 1 up, not ${value}.`, {
    op: className,
    data: { option, value },
  });
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
    `The option ${option} of ${className} is a number from ${low} to ${high}, not ${value}.`,
    { op: className, data: { option, value, low, high } },
  );
}

/**
 * One of some words, of a layer's options.
 *
 * @throws ManabiError `argument`
 */
export function oneOf<T extends string>(className: string, option: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new ManabiError('argument', `The option ${option} of ${className} is ${words.join(' or ')}, not ${value}.`, {
    op: className,
    data: { option, value, words },
  });
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
