import { equalTypes, formatType, ManabiError, type TensorType } from '@manabi/ir';
import { isRecord, type Structure } from '../tree.ts';

/** A tree without its elements. */
export interface TreeType {
  readonly structure: Structure;
  /** Types of the tensors, in the order of keys. */
  readonly types: readonly TensorType[];
}

/** What a check is about, for its message. */
export interface TreeCheck {
  /** The transform that complains. */
  readonly op: string;
  /** The tree as a variable: paths begin with it. */
  readonly root: string;
  /** Whose trees they are: `carry before a turn`, `then branch`. */
  readonly expectedIs: string;
  readonly givenIs: string;
  /** Why they must be alike, and what to do. */
  readonly advice: string;
}

/**
 * Checks that two trees, with their keys in the same order (see `inOrderOf`), are built alike and that their tensors have the same types.
 *
 * @throws ManabiError `argument` where they are built otherwise; `shape` or `dtype` where a tensor has another type;
 * the message names the place and both types
 */
export function checkSameTree(check: TreeCheck, expected: TreeType, given: TreeType): void {
  const { op, root, expectedIs, givenIs, advice } = check;
  const path = difference(expected.structure, given.structure, root);
  if (path !== null) {
    throw new ManabiError(
      'argument',
      `${expectedIs} and ${givenIs} are not built alike: they differ at ${path}. ${advice}`,
      { op, data: { path } },
    );
  }
  const at = expected.types.findIndex((type, i) => !equalTypes(type, given.types[i]));
  if (at < 0) return;
  const [before, after] = [expected.types[at], given.types[at]];
  const place = leafPaths(expected.structure, root)[at];
  throw new ManabiError(
    before.dtype === after.dtype ? 'shape' : 'dtype',
    `${place} is ${formatType(before)} in ${expectedIs}, but ${formatType(after)} in ${givenIs}. ${advice}`,
    { op, data: { path: place, expected: before, given: after } },
  );
}

/** The first place where two trees are built otherwise; null if they are built alike. */
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

/** A tree with its keys in the order of a structure, wherever it is built like that. */
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
