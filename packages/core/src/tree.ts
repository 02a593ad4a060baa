import { ManabiError } from '@manabi/ir';
import { isTensor, type Tensor } from './tensor.ts';

/**
 * How a tree is built: plain objects and arrays, with tensors at the ends. Whatever else stands there (null, numbers,
 * strings) belongs to the structure.
 */
export type Structure =
  | { readonly kind: 'tensor' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Structure[] };

/** A tree's type with every tensor replaced. */
export type Replaced<T, U> = T extends Tensor ? U : T extends object ? { [K in keyof T]: Replaced<T[K], U> } : T;

const TENSOR: Structure = { kind: 'tensor' };

/** The tensors of a tree, in the order of its keys, and how to put it together again. */
export function flatten(tree: unknown): { readonly leaves: Tensor[]; readonly structure: Structure } {
  const leaves: Tensor[] = [];
  return { leaves, structure: describe(tree, leaves) };
}

function describe(tree: unknown, leaves: Tensor[]): Structure {
  if (isTensor(tree)) {
    leaves.push(tree);
    return TENSOR;
  }
  if (Array.isArray(tree)) return { kind: 'list', items: tree.map((item) => describe(item, leaves)) };
  if (!isRecord(tree)) return { kind: 'value', value: tree };
  const keys = Object.keys(tree);
  return { kind: 'record', keys, items: keys.map((key) => describe(tree[key], leaves)) };
}

/**
 * The tree of a structure, with these tensors (or whatever is to stand in their places).
 *
 * @throws ManabiError `argument` if there are too few or too many leaves
 */
export function unflatten(structure: Structure, leaves: readonly unknown[]): unknown {
  let next = 0;
  const make = (part: Structure): unknown => {
    switch (part.kind) {
      case 'tensor':
        return leaves[next++];
      case 'value':
        return part.value;
      case 'list':
        return part.items.map(make);
      case 'record':
        return makeRecord(part.keys, part.items, make);
    }
  };
  const tree = make(structure);
  if (next === leaves.length) return tree;
  throw new ManabiError(
    'argument',
    `The tree has ${next} places for tensors, but ${leaves.length} leaves were given.`,
    {
      op: 'unflatten',
      data: { places: next, leaves: leaves.length },
    },
  );
}

/** An object with these keys; this runs for every result of a jitted function. */
function makeRecord(
  keys: readonly string[],
  items: readonly Structure[],
  make: (item: Structure) => unknown,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const value = make(items[i]);
    // An assignment to this key would change the prototype.
    if (keys[i] === '__proto__') Object.defineProperty(record, keys[i], { value, enumerable: true, writable: true });
    else record[keys[i]] = value;
  }
  return record;
}

/** The tensors of a tree, in the order of its keys. */
export function leaves(tree: unknown): Tensor[] {
  return flatten(tree).leaves;
}

/** How a tree is built. */
export function structure(tree: unknown): Structure {
  return flatten(tree).structure;
}

/** The tensors of a tree with their places: `['dense.kernel', tensor]`, `['layers.0', tensor]`. */
export function entries(tree: unknown): [path: string, leaf: Tensor][] {
  if (isTensor(tree)) return [['', tree]];
  if (!Array.isArray(tree) && !isRecord(tree)) return [];
  return Object.entries(tree).flatMap(([key, item]) =>
    entries(item).map(([path, leaf]): [string, Tensor] => [path === '' ? key : `${key}.${path}`, leaf]),
  );
}

/**
 * The tree with a function applied to every tensor, together with the tensors at the same places of other trees.
 *
 * @throws ManabiError `argument` if the other trees are not built alike
 * @example `tree.map((p, g) => sub(p, mul(g, rate)), params, grads)`
 */
export function map<T>(f: (leaf: Tensor, ...others: Tensor[]) => Tensor, tree: T, ...others: NoInfer<T>[]): T;
export function map<T, U>(
  f: (leaf: Tensor, ...others: Tensor[]) => U,
  tree: T,
  ...others: NoInfer<T>[]
): Replaced<T, U>;
export function map(
  f: (leaf: Tensor, ...others: Tensor[]) => unknown,
  tree: unknown,
  ...others: readonly unknown[]
): unknown {
  const visit = (part: unknown, rest: readonly unknown[], path: string): unknown => {
    if (isTensor(part)) {
      return f(part, ...rest.map((other) => (isTensor(other) ? other : differs(path))));
    }
    if (Array.isArray(part)) {
      if (rest.some((other) => !Array.isArray(other) || other.length !== part.length)) differs(path);
      return part.map((item, i) =>
        visit(
          item,
          rest.map((other) => child(other, i)),
          `${path}[${i}]`,
        ),
      );
    }
    if (!isRecord(part)) return part;
    const keys = Object.keys(part);
    if (rest.some((other) => !isRecord(other) || keys.some((key) => !(key in other)))) differs(path);
    return Object.fromEntries(
      keys.map((key) => [
        key,
        visit(
          part[key],
          rest.map((other) => child(other, key)),
          `${path}.${key}`,
        ),
      ]),
    );
  };
  return visit(tree, others, '');
}

function child(tree: unknown, key: string | number): unknown {
  return typeof tree === 'object' && tree !== null ? Reflect.get(tree, key) : undefined;
}

function differs(path: string): never {
  throw new ManabiError(
    'argument',
    `The trees are not built alike: they differ at ${path === '' ? 'the root' : path}. All need the same keys, and ` +
      'tensors at the same places.',
    { op: 'tree.map', data: { path } },
  );
}

/** Whether something is a plain object: a literal, or one without a prototype; instances of classes are not. */
export function isRecord(thing: unknown): thing is Record<string, unknown> {
  if (typeof thing !== 'object' || thing === null || Array.isArray(thing)) return false;
  const prototype: unknown = Object.getPrototypeOf(thing);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
