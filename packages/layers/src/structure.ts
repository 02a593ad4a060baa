import { isSymbolic, type SymbolicTensor } from './symbolic.ts';

/** One thing, or lists and records of them, as deep as one likes: what Keras calls a nested structure. */
export type Nested<T> = T | readonly Nested<T>[] | { readonly [name: string]: Nested<T> };

/**
 * The same structure of other things.
 *
 * @param f is called in Keras's order, in which the entries of a record are sorted by name
 * @param f.position which of all the structure's tensors it is, from 0
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

/** All tensors of a structure, in Keras's order. */
export function leavesOf(structure: Nested<SymbolicTensor>): readonly SymbolicTensor[] {
  const leaves: SymbolicTensor[] = [];
  mapStructure(structure, (symbol) => leaves.push(symbol));
  return leaves;
}

/** Whether there are symbolic tensors in it, and nothing else. */
export function isStructure(value: unknown): value is Nested<SymbolicTensor> {
  if (isSymbolic(value)) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every(isStructure);
  if (!isRecord(value)) return false;
  const items = Object.values(value);
  return items.length > 0 && items.every(isStructure);
}

/** The names of a record that holds nothing but tensors, in Keras's order; null for any other structure. */
export function namesOfRecord(structure: Nested<SymbolicTensor>): readonly string[] | null {
  if (isSymbolic(structure) || isListOf(structure)) return null;
  return Object.values(structure).every(isSymbolic) ? sortedNames(structure) : null;
}

function sortedNames(record: object): readonly string[] {
  return Object.keys(record).sort();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isListOf<T>(value: Nested<T>): value is readonly Nested<T>[] {
  return Array.isArray(value);
}
