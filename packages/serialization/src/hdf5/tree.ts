import type { HostArray } from '@manabi/core';

/** What an attribute holds: text, texts, or numbers. */
export type AttributeValue = string | readonly string[] | HostArray;

/** A dataset to be written: an array, with attributes. */
export interface NewDataset {
  readonly kind: 'dataset';
  readonly value: HostArray;
  readonly attributes: ReadonlyMap<string, string>;
}

/** A group to be written: datasets and groups by name, with attributes. */
export interface NewGroup {
  readonly kind: 'group';
  readonly children: Map<string, NewGroup | NewDataset>;
  readonly attributes: Map<string, string>;
}

/** A group with nothing in it. */
export function newGroup(): NewGroup {
  return { kind: 'group', children: new Map(), attributes: new Map() };
}

/**
 * The group at a path below another, made with those between if it is not there.
 *
 * @param path names from the outside in; none for the group itself
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
