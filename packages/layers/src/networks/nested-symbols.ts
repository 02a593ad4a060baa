import { type ArgumentLocation, functionOf, type Kind, readArgument, wrongArgument } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { isSymbolic, type SymbolicTensor } from '../layer/layer.ts';

/** One thing, or lists and records of them, as deep as one likes: what Keras calls a nested structure. */
export type Nested<T> = T | readonly Nested<T>[] | { readonly [name: string]: Nested<T> };

/**
 * Maps each tensor of a structure, and returns the structure of what `f` returned.
 *
 * @param f is called in Keras's order, in which the entries of a record are sorted by name
 * @param f.position which of all the structure's tensors it is, from 0
 * @throws ManabiError `argument` for what is not a structure of symbolic tensors
 */
export function mapStructure<U>(
  structure: Nested<SymbolicTensor>,
  f: (symbol: SymbolicTensor, position: number) => U,
): Nested<U> {
  readArgument('mapStructure', 'structure', structure, structureKind);
  readArgument('mapStructure', 'f', f, functionOf());
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

/** All tensors of a structure, in Keras's order. */
export function leavesOf(structure: Nested<SymbolicTensor>): readonly SymbolicTensor[] {
  const leaves: SymbolicTensor[] = [];
  mapStructure(structure, (symbol) => leaves.push(symbol));
  return leaves;
}

/** Structures that are nested deeper than this are refused. */
const DEEPEST = 100;

/** The kind of symbolic tensors, and of lists and records of them, of which none is empty. */
export const structureKind: Kind<Nested<SymbolicTensor>> = {
  expected: 'a symbolic tensor, which input() and layer.apply() make, or a list or record of them',
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

/** The names of a record that holds nothing but tensors, in Keras's order; null for any other structure. */
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
