import { equalTypes, formatType, ManabiError, type TensorType } from '@manabi/ir';
import { isRecord, type Structure } from '../structure.ts';

/** Type of a tree: its structure, and the shapes and dtypes of its tensors. */
export interface TreeType {
  readonly structure: Structure;
  /** Types of the tensors, in the order of the keys in the structure. */
  readonly types: readonly TensorType[];
}

/** Texts from which `checkSameTree` composes its error messages. */
export interface TreeCheck {
  /** Name of the transform that checks the trees, such as `scan`. */
  readonly op: string;
  /** First part of the paths in messages, such as `carry`. */
  readonly root: string;
  /** Descriptions of the two trees, such as `the result of the first function`. */
  readonly expectedIs: string;
  readonly givenIs: string;
  /** Sentences that state the requirement and the fix. */
  readonly advice: string;
}

/**
 * Throws unless two trees have the same structure and the same types of tensors. The keys of both must be in the same
 * order; see `inOrderOf`.
 *
 * @throws ManabiError `argument` if structures differ; `shape` or `dtype` if types differ, with the path and both types
 */
export function checkSameTree(check: TreeCheck, expected: TreeType, given: TreeType): void {
  const { op, root, expectedIs, givenIs, advice } = check;
  const path = difference(expected.structure, given.structure, root);
  if (path !== null) {
    throw new ManabiError('argument', `The structures of ${expectedIs} and ${givenIs} differ at ${path}. ${advice}`, {
      op,
      data: { path },
    });
  }
  const at = expected.types.findIndex((type, i) => !equalTypes(type, given.types[i]));
  if (at < 0) return;
  const [before, after] = [expected.types[at], given.types[at]];
  const leaf = leafPaths(expected.structure, root)[at];
  throw new ManabiError(
    before.dtype === after.dtype ? 'shape' : 'dtype',
    `${leaf} has type ${formatType(before)} in ${expectedIs}, but ${formatType(after)} in ${givenIs}. ${advice}`,
    { op, data: { path: leaf, expected: before, given: after } },
  );
}

/** Returns the first path at which two structures differ, or null if they are equal. */
function difference(a: Structure, b: Structure, path: string): string | null {
  if (a.kind === 'tensor' && b.kind === 'tensor') return null;
  if (a.kind === 'value' && b.kind === 'value') return Object.is(a.value, b.value) ? null : path;
  if (a.kind === 'list' && b.kind === 'list') {
    if (a.items.length !== b.items.length) return path;
    return firstOf(a.items.map((item, i) => difference(item, b.items[i], `${path}[${i}]`)));
  }
  if (a.kind === 'record' && b.kind === 'record') {
    const missing = [...a.keys, ...b.keys].find((key, i) => !(i < a.keys.length ? b : a).keys.includes(key));
    if (missing !== undefined) return `${path}.${missing}`;
    return firstOf(
      a.items.map((item, i) => difference(item, b.items[b.keys.indexOf(a.keys[i])], `${path}.${a.keys[i]}`)),
    );
  }
  return path;
}

/**
 * Returns a tree whose keys are in the order of those in a structure, in every object that has the same keys as the
 * structure.
 */
export function inOrderOf(structure: Structure, tree: unknown): unknown {
  if (structure.kind === 'list' && Array.isArray(tree) && tree.length === structure.items.length) {
    return tree.map((item, i) => inOrderOf(structure.items[i], item));
  }
  if (structure.kind !== 'record' || !isRecord(tree)) return tree;
  if (Object.keys(tree).length !== structure.keys.length || structure.keys.some((key) => !(key in tree))) return tree;
  return Object.fromEntries(structure.keys.map((key, i) => [key, inOrderOf(structure.items[i], tree[key])]));
}

function firstOf(paths: readonly (string | null)[]): string | null {
  return paths.find((path) => path !== null) ?? null;
}

function leafPaths(structure: Structure, path: string): string[] {
  switch (structure.kind) {
    case 'tensor':
      return [path];
    case 'value':
      return [];
    case 'list':
      return structure.items.flatMap((item, i) => leafPaths(item, `${path}[${i}]`));
    case 'record':
      return structure.items.flatMap((item, i) => leafPaths(item, `${path}.${structure.keys[i]}`));
  }
}
