import type { HostArray } from '@manabi/core';

/** Value of an HDF5 attribute: a string, strings or numbers. */
export type AttributeValue = string | readonly string[] | HostArray;

/** Dataset to write: an array with attributes. */
export interface NewDataset {
  readonly kind: 'dataset';
  readonly value: HostArray;
  /** Whether the elements, of dtype uint8, are the bits of int8 numbers (default: false). */
  readonly isInt8?: boolean;
  readonly attributes: ReadonlyMap<string, NewAttribute>;
}

/** Value of an attribute to write: a string or a list of strings. */
export type NewAttribute = string | readonly string[];

/** Group to write: datasets and groups by name, with attributes. */
export interface NewGroup {
  readonly kind: 'group';
  readonly children: Map<string, NewGroup | NewDataset>;
  readonly attributes: Map<string, NewAttribute>;
}

/** Creates an empty group. */
export function newGroup(): NewGroup {
  return { kind: 'group', children: new Map(), attributes: new Map() };
}

/**
 * Returns the group at a path below another one, creating missing groups.
 *
 * @param path names of nested groups, outermost first; empty for the group itself
 */
export function groupAt(root: NewGroup, path: readonly string[]): NewGroup {
  let group = root;
  for (const name of path) {
    const found = group.children.get(name);
    if (found?.kind === 'dataset') throw new Error(`${path.join('/')}: '${name}' is a dataset.`);
    const next = found ?? newGroup();
    group.children.set(name, next);
    group = next;
  }
  return group;
}
