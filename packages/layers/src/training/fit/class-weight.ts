import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import { type Kind, notNegative, wrongArgument } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';

/** Weight of each class, by class index; unlisted classes weigh 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Validates class weights: an object with class indices as keys and non-negative numbers as values. */
export const classWeightKind: Kind<ClassWeight> = {
  expected: 'an object of weights by class index, such as { 0: 1, 1: 5 }',
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
  const message = `\`${name}\` must have class indices as keys, such as { 0: 1, 1: 5 }; got '${key}'.`;
  return new ManabiError('argument', message, { op, data: { name: `${name}.${key}`, given: key } });
}

/**
 * Returns sample weights: the class weight of each sample's label, multiplied by the existing sample weight if there is
 * one. Labels are integer classes, [n] or [n, 1], or one-hot, [n, classes].
 *
 * @throws ManabiError `shape` if there are several labels or sample weights per sample
 */
export function weightsByClass(classWeight: ClassWeight, y: HostArray, weights: HostArray | null): HostArray {
  const byClass = new Map(Object.entries(classWeight).map(([key, weight]) => [Number(key), weight]));
  const [count] = y.shape;
  if (weights !== null && weights.data.length !== count) {
    throw new ManabiError(
      'shape',
      `\`classWeight\` requires one sample weight per sample; got sampleWeight [${weights.shape.join(', ')}]. Omit one of the two.`,
      { op: 'fit', data: { weights: weights.shape, samples: count } },
    );
  }
  const width = y.shape.length === 2 ? y.shape[1] : 1;
  if (y.data.length !== count * width) {
    throw new ManabiError(
      'shape',
      `\`classWeight\` requires one label per sample, [n], [n, 1] or one-hot [n, classes]; got y [${y.shape.join(', ')}].`,
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
