import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import { type Kind, notNegative, wrongArgument } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';

/** How much the samples of each class count, by the number of the class; classes that are not named count 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** The kind of weights of classes: a number of at least 0 for each, by the number of the class. */
export const classWeightKind: Kind<ClassWeight> = {
  expected: 'an object of weights by the numbers of classes, such as { 0: 1, 1: 5 }',
  accepts: isPlainObject,
  read: (given, { op, name }) => {
    if (!isPlainObject(given)) throw wrongArgument({ op, name }, classWeightKind.expected, given);
    const entries = Object.entries(given).map(([key, weight]): [number, number] => {
      if (!/^\d+$/.test(key)) throw notAClass(op, name, key);
      return [Number(key), notNegative.read(weight, { op, name: `${name}[${key}]` })];
    });
    return Object.fromEntries(entries);
  },
};

function notAClass(op: string, name: string, key: string): ManabiError {
  const message = `\`${name}\` must have the numbers of classes as keys, { 0: 1, 1: 5 }; got '${key}'.`;
  return new ManabiError('argument', message, { op, data: { name: `${name}.${key}`, given: key } });
}

/**
 * Weights of samples by their classes, times the weights that they have already. Labels are numbers of classes, [n] or
 * [n, 1], or one-hot, [n, classes]: then the largest counts.
 *
 * @throws ManabiError `shape` if there are weights for each place of a sample
 */
export function weightsByClass(classWeight: ClassWeight, y: HostArray, weights: HostArray | null): HostArray {
  const byClass = new Map(Object.entries(classWeight).map(([key, weight]) => [Number(key), weight]));
  const [count] = y.shape;
  if (weights !== null && weights.data.length !== count) {
    throw new ManabiError(
      'shape',
      `classWeight weighs samples, and sampleWeight [${weights.shape.join(', ')}] their places: give one of them.`,
      { op: 'fit', data: { weights: weights.shape, samples: count } },
    );
  }
  const width = y.shape.length === 2 ? y.shape[1] : 1;
  if (y.data.length !== count * width) {
    throw new ManabiError(
      'shape',
      `classWeight takes one label for each sample: [n], [n, 1] or one-hot [n, classes], but y is [${y.shape.join(', ')}].`,
      { op: 'fit', data: { y: y.shape } },
    );
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const label = width === 1 ? Math.trunc(y.data[i]) : largest(y, i * width, width);
    data[i] = (byClass.get(label) ?? 1) * (weights === null ? 1 : weights.data[i]);
  }
  return hostArray('float32', [count], data);
}

function largest({ data }: HostArray, from: number, width: number): number {
  let best = 0;
  for (let k = 1; k < width; k++) if (data[from + k] > data[from + best]) best = k;
  return best;
}
