import { type ArgumentLocation, type Kind, wrongArgument } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { isSymbolic, type SymbolicTensor } from '../layer/layer.ts';

/** A value, or nested arrays and objects of values. */
export type Nested<T> = T | readonly Nested<T>[] | { readonly [name: string]: Nested<T> };

/**
 * Applies a function to each symbolic tensor in nested arrays and objects, and returns the results in the same arrays
 * and objects.
 *
 * @param f function of a tensor and its index, from 0; called in Keras's order, in which the entries of an object are
 * sorted by name
 * @example
 * ```ts
 * import { mapStructure } from '@manabi/layers/internal';
 * import { input } from 'manabi';
 *
 * const inputs = { image: input({ shape: [28, 28] }), age: input({ shape: [1] }) };
 * console.log(mapStructure(inputs, (x) => x.rank)); // { image: 3, age: 2 }
 * ```
 */
export function mapStructure<U>(
  structure: Nested<SymbolicTensor>,
  f: (symbol: SymbolicTensor, position: number) => U,
): Nested<U> {
  let count = 0;
  const visit = (value: Nested<SymbolicTensor>): Nested<U> => {
    if (isSymbolic(value)) return f(value, count++);
    if (isListOf(value)) return value.map(visit);
    const visited = new Map(sortedNames(value).map((name) => [name, visit(value[name])]));
    return Object.fromEntries(
      Object.keys(value).flatMap((name) => {
        const item = visited.get(name);
        return item === undefined ? [] : [[name, item]];
      }),
    );
  };
  return visit(structure);
}

/** Returns all tensors in nested arrays and objects, in Keras's order. */
export function leavesOf(structure: Nested<SymbolicTensor>): readonly SymbolicTensor[] {
  const leaves: SymbolicTensor[] = [];
  mapStructure(structure, (symbol) => leaves.push(symbol));
  return leaves;
}

/** Maximum nesting depth of arrays and objects. */
const DEEPEST = 100;

/** Validates symbolic tensors, and non-empty arrays and objects of them. */
export const structureKind: Kind<Nested<SymbolicTensor>> = {
  expected: 'a symbolic tensor from input() or layer.apply(), or a non-empty array or object of them',
  accepts: (given) => isSymbolic(given) || Array.isArray(given) || isPlainObject(given),
  read: (given, place) => readStructure(given, place, []),
};

function readStructure(given: unknown, place: ArgumentLocation, within: readonly unknown[]): Nested<SymbolicTensor> {
  if (isSymbolic(given)) return given;
  const isOpen = within.includes(given) || within.length >= DEEPEST;
  const read = (item: unknown, name: string): Nested<SymbolicTensor> =>
    readStructure(item, { ...place, name }, [...within, given]);
  if (Array.isArray(given) && given.length > 0 && !isOpen) {
    return given.map((item, i) => read(item, `${place.name}[${i}]`));
  }
  if (!isPlainObject(given) || Object.keys(given).length === 0 || isOpen) {
    throw wrongArgument(place, structureKind.expected, given);
  }
  return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, read(item, `${place.name}.${name}`)]));
}

/** Returns the sorted keys of an object whose values are all symbolic tensors; null for other values. */
export function namesOfRecord(structure: Nested<SymbolicTensor>): readonly string[] | null {
  if (isSymbolic(structure) || isListOf(structure)) return null;
  return Object.values(structure).every(isSymbolic) ? sortedNames(structure) : null;
}

function sortedNames(record: object): readonly string[] {
  return Object.keys(record).sort();
}

function isListOf<T>(value: Nested<T>): value is readonly Nested<T>[] {
  return Array.isArray(value);
}
