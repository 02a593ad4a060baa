import type { Hdf5Group } from '../../hdf5/open.ts';

/** Matches the group of a layer whose class Keras 3 lacks, and which is read as another class. */
const RENAMED = /^sync_(?=batch_normalization(_\d+)?$)/;

/**
 * Returns a group in which layers of classes that Keras 2 had in addition have the names of those that replace them, at any
 * depth. A group that has both names is left as it is.
 */
export function withKnownGroups(group: Hdf5Group, path = ''): Hdf5Group {
  const inFile = new Map(group.names.map((name) => [name.replace(RENAMED, ''), name]));
  const known = inFile.size === group.names.length ? inFile : new Map(group.names.map((name) => [name, name]));
  return {
    ...group,
    path,
    names: [...known.keys()],
    get: async (name) => {
      const node = await group.get(known.get(name) ?? name);
      return node?.kind === 'group' ? withKnownGroups(node, path === '' ? name : `${path}/${name}`) : node;
    },
  };
}
