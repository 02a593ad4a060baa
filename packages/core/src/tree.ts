import { functionOf, ManabiError, readArgument, wrongArgument } from '@manabi/errors';
import { assemble, checkDepth, type Structure } from './structure.ts';
import { isTensor, type Tensor } from './tensor.ts';

export type { Structure };

/** A tree's type with every tensor replaced. */
export type Replaced<T, U> = T extends Tensor ? U : T extends object ? { [K in keyof T]: Replaced<T[K], U> } : T;

const TENSOR: Structure = { kind: 'tensor' };

/** The tensors of a tree, in the order of its keys, and how to put it together again. */
export function flatten(tree: unknown): { readonly leaves: Tensor[]; readonly structure: Structure } {
  const leaves: Tensor[] = [];
  return { leaves, structure: describe(tree, leaves, 0) };
}

function describe(tree: unknown, leaves: Tensor[], depth: number): Structure {
  if (isTensor(tree)) {
    leaves.push(tree);
    return TENSOR;
  }
  checkDepth('tree', depth);
  if (Array.isArray(tree)) {
    return { kind: 'list', items: Array.from(tree, (item) => describe(item, leaves, depth + 1)) };
  }
  if (!isRecord(tree)) return { kind: 'value', value: tree };
  const keys = Object.keys(tree);
  return { kind: 'record', keys, items: keys.map((key) => describe(tree[key], leaves, depth + 1)) };
}

/**
 * Returns the tree of a structure, with these tensors (or whatever is to stand in their places).
 *
 * @throws ManabiError `argument` if there are too few or too many leaves, or for what is not a structure
 */
export function unflatten(structure: Structure, leaves: readonly unknown[]): unknown {
  if (!Array.isArray(leaves)) throw wrongArgument({ op: 'tree.unflatten', name: 'leaves' }, 'a list', leaves);
  checkStructure(structure, 0);
  return assemble(structure, leaves);
}

/** Checks a structure that may come from plain JavaScript. */
function checkStructure(structure: unknown, depth: number): void {
  checkDepth('tree.unflatten', depth);
  if (!isRecord(structure)) throw noStructure(structure);
  const { kind, keys, items } = structure;
  if (kind === 'tensor' || kind === 'value') return;
  const hasKeys = Array.isArray(keys) && Array.isArray(items) && keys.length === items.length;
  if (!Array.isArray(items) || !(kind === 'list' || (kind === 'record' && hasKeys))) throw noStructure(structure);
  for (const item of items) checkStructure(item, depth + 1);
}

function noStructure(given: unknown): ManabiError {
  return wrongArgument(
    { op: 'tree.unflatten', name: 'structure' },
    'a structure, as tree.structure(tree) returns it',
    given,
  );
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
  return entriesFrom(tree, 0);
}

function entriesFrom(tree: unknown, depth: number): [path: string, leaf: Tensor][] {
  if (isTensor(tree)) return [['', tree]];
  checkDepth('tree.entries', depth);
  if (!Array.isArray(tree) && !isRecord(tree)) return [];
  return Object.entries(tree).flatMap(([key, item]) =>
    entriesFrom(item, depth + 1).map(([path, leaf]): [string, Tensor] => [path === '' ? key : `${key}.${path}`, leaf]),
  );
}

const mapper = functionOf<(leaf: Tensor, ...others: Tensor[]) => unknown>();

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
  readArgument('tree.map', 'f', f, mapper);
  const visit = (part: unknown, rest: readonly unknown[], path: string, depth: number): unknown => {
    if (isTensor(part)) {
      return f(part, ...rest.map((other) => (isTensor(other) ? other : differs(path))));
    }
    checkDepth('tree.map', depth);
    if (Array.isArray(part)) {
      if (rest.some((other) => !Array.isArray(other) || other.length !== part.length)) differs(path);
      return part.map((item, i) =>
        visit(
          item,
          rest.map((other) => child(other, i)),
          `${path}[${i}]`,
          depth + 1,
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
          depth + 1,
        ),
      ]),
    );
  };
  return visit(tree, others, '', 0);
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
