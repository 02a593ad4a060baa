import { readArgument, text } from '@manabi/errors';
import { withoutPackage } from '../registry/names.ts';

const counts = new Map<string, number>();

/**
 * A class's name as Keras writes it in names and in paths of files: `Conv2D` is `conv2d`, `MaxPooling2D`
 * `max_pooling2d`, `PReLU` `p_re_lu`.
 *
 * @example `snakeCase('SimpleRNN')` is `simple_rnn`
 */
export function snakeCase(className: string): string {
  return withoutPackage(readArgument('snakeCase', 'className', className, text))
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The name of the next thing of a class that has none of its own: `dense`, `dense_1`, `dense_2`, … */
export function automaticName(className: string): string {
  const base = snakeCase(className);
  const count = counts.get(base) ?? 0;
  counts.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/** Lets automatic names begin anew: the next dense layer is called `dense`. Layers that exist keep their names. */
export function clearSession(): void {
  counts.clear();
}
