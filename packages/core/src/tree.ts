import { functionOf, ManabiError, readArgument, wrongArgument } from '@manabi/errors';
import { assemble, checkDepth, isRecord, type Structure } from './structure.ts';
import { isTensor, type Tensor } from './tensor.ts';

export type { Structure };

/** Type of the tree T after every tensor in it is replaced by a value of type U. */
export type Replaced<T, U> = T extends Tensor ? U : T extends object ? { [K in keyof T]: Replaced<T[K], U> } : T;

const TENSOR: Structure = { kind: 'tensor' };

/**
 * Separates a tree into its tensors, in the order of the keys in the tree, and its structure.
 *
 * @example
 * ```ts
 * import { ones, tree } from 'manabi';
 *
 * const { leaves, structure } = tree.flatten({ w: ones([2]), name: 'dense' });
 * console.log(await leaves[0].array()); // [1, 1]
 * console.log(tree.unflatten(structure, [3])); // { w: 3, name: 'dense' }
 * ```
 */
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
 * Builds the tree that has the given structure and leaves. The leaves may be any values, not only tensors.
 *
 * @throws ManabiError `argument` for a wrong number of leaves or an invalid structure
 * @example
 * ```ts
 * import { ones, tree } from 'manabi';
 *
 * console.log(tree.unflatten(tree.structure({ w: ones([2]) }), [3])); // { w: 3 }
 * ```
 */
export function unflatten(structure: Structure, leaves: readonly unknown[]): unknown {
  if (!Array.isArray(leaves)) throw wrongArgument({ op: 'tree.unflatten', name: 'leaves' }, 'an array', leaves);
  checkStructure(structure, 0);
  return assemble(structure, leaves);
}

/** Throws unless a value from user code is a valid structure. */
function checkStructure(structure: unknown, depth: number): void {
  checkDepth('tree.unflatten', depth);
  if (!isRecord(structure)) throw invalidStructure(structure);
  const { kind, keys, items } = structure;
  if (kind === 'tensor' || kind === 'value') return;
  const hasKeys = Array.isArray(keys) && Array.isArray(items) && keys.length === items.length;
  if (!Array.isArray(items) || !(kind === 'list' || (kind === 'record' && hasKeys))) throw invalidStructure(structure);
  for (const item of items) checkStructure(item, depth + 1);
}

function invalidStructure(given: unknown): ManabiError {
  return wrongArgument(
    { op: 'tree.unflatten', name: 'structure' },
    'a structure, as returned by tree.structure()',
    given,
  );
}

/**
 * Returns the tensors of a tree, in the order of the keys in the tree.
 *
 * @example
 * ```ts
 * import { ones, tree, zeros } from 'manabi';
 *
 * console.log(tree.leaves({ w: ones([2]), layers: [zeros([1])] }).length); // 2
 * ```
 */
export function leaves(tree: unknown): Tensor[] {
  return flatten(tree).leaves;
}

/**
 * Returns the structure of a tree, which describes it without its tensors.
 *
 * @example
 * ```ts
 * import { ones, tree } from 'manabi';
 *
 * const result = tree.structure([ones([2]), 'relu']);
 * console.log(result); // { kind: 'list', items: [{ kind: 'tensor' }, { kind: 'value', value: 'relu' }] }
 * ```
 */
export function structure(tree: unknown): Structure {
  return flatten(tree).structure;
}

/**
 * Returns the tensors of a tree with their paths: `['dense.kernel', tensor]`, `['layers.0', tensor]`.
 *
 * @example
 * ```ts
 * import { ones, tree } from 'manabi';
 *
 * console.log(tree.entries({ dense: { kernel: ones([2]) } }).map(([path]) => path)); // ['dense.kernel']
 * ```
 */
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
 * Calls a function for every tensor of a tree, and returns a tree of the results. The function also receives the
 * tensors at the same path in each further tree.
 *
 * @throws ManabiError `argument` if the trees have different structures
 * @example
 * ```ts
 * import { mul, sub, tensor, tree } from 'manabi';
 *
 * const params = { w: tensor([1, 2]) };
 * const grads = { w: tensor([10, 20]) };
 * const { w } = tree.map((p, g) => sub(p, mul(g, 0.1)), params, grads);
 * console.log(await w.array()); // [0, 0]
 * ```
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
    `The trees differ at ${path === '' ? 'the root' : path}. All trees must have the same keys, and tensors at the same ` +
      'paths.',
    { op: 'tree.map', data: { path } },
  );
}
