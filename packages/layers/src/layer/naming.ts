import { readArgument, text } from '@manabi/errors';
import { withoutPackage } from '../registry/names.ts';

const counts = new Map<string, number>();

/**
 * Converts a class name to snake case, as Keras does in layer names and file paths: `Conv2D` becomes `conv2d`, `PReLU`
 * `p_re_lu`.
 *
 * @example
 * ```ts
 * import { snakeCase } from '@manabi/layers/classes';
 *
 * console.log(snakeCase('SimpleRNN')); // simple_rnn
 * ```
 */
export function snakeCase(className: string): string {
  return withoutPackage(readArgument('snakeCase', 'className', className, text))
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Returns a default name for the next layer of a class: `dense`, `dense_1`, `dense_2`, … */
export function automaticName(className: string): string {
  const base = snakeCase(className);
  const count = counts.get(base) ?? 0;
  counts.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/**
 * Resets automatic layer names: the next dense layer is called `dense`. Existing layers keep their names.
 *
 * @example
 * ```ts
 * import { clearSession, layers } from 'manabi';
 *
 * clearSession();
 * console.log(layers.dense({ units: 1 }).name); // dense
 * ```
 */
export function clearSession(): void {
  counts.clear();
}
