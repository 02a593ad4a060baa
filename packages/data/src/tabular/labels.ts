import { ManabiError } from '@manabi/errors';
import { checkHostArray, type HostArray } from '@manabi/ir';
import { describeValue, isHostArray } from '../structure.ts';

/** Labels or groups of rows: a list or typed array, or a host array `[count]` or `[count, 1]`. */
export type Labels =
  | readonly (number | string | boolean)[]
  | Float32Array
  | Int32Array
  | Uint32Array
  | Uint8Array
  | HostArray;

/**
 * Returns labels as a list.
 *
 * @throws ManabiError `argument` for other values or NaN, `data` for an empty list
 */
export function listOfLabels(op: string, name: string, labels: unknown): readonly (number | string | boolean)[] {
  const list = isHostArray(labels) ? elementsOf(op, name, labels) : labels;
  const items: readonly unknown[] | undefined =
    Array.isArray(list) || (ArrayBuffer.isView(list) && 'length' in list)
      ? Array.from(list as ArrayLike<unknown>)
      : undefined;
  if (items === undefined) {
    throw new ManabiError(
      'argument',
      `\`${name}\` must be a list, a typed array or a host array of labels; got ${describeValue(labels)}.`,
      { op, data: { name, value: describeValue(labels) } },
    );
  }
  const wrong = items.findIndex((item) => !isLabel(item));
  if (wrong >= 0) {
    throw new ManabiError(
      'argument',
      `\`${name}\` must contain numbers, strings or booleans; got ${describeValue(items[wrong])} at index ${wrong}.`,
      { op, data: { name, index: wrong } },
    );
  }
  if (items.length === 0) throw new ManabiError('data', `\`${name}\` is empty.`, { op, data: { name } });
  return items.filter(isLabel);
}

function elementsOf(op: string, name: string, array: HostArray): readonly (number | boolean)[] {
  checkHostArray(op, array);
  const { dtype, shape, data } = array;
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    throw new ManabiError(
      'shape',
      `\`${name}\` must have the shape [count] or [count, 1]; got [${shape.join(', ')}]. Convert one-hot labels to class indices.`,
      { op, data: { name, shape } },
    );
  }
  return Array.from(data, (value) => (dtype === 'bool' ? value !== 0 : value));
}

function isLabel(value: unknown): value is number | string | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value));
}

/** Returns the index of each label's class, with classes in the order in which they appear. */
export function classesInOrder(labels: readonly (number | string | boolean)[]): {
  readonly indices: Uint32Array;
  readonly counts: readonly number[];
} {
  const known = new Map<number | string | boolean, number>();
  const counts: number[] = [];
  const indices = Uint32Array.from(labels, (label) => {
    let index = known.get(label);
    if (index === undefined) {
      index = known.size;
      known.set(label, index);
      counts.push(0);
    }
    counts[index]++;
    return index;
  });
  return { indices, counts };
}
