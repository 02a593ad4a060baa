import type { Group } from 'h5wasm';
import { hdf5Library, unusedPath } from './library.ts';
import type { NewDataset, NewGroup } from './tree.ts';

/**
 * The bytes of an HDF5 file with the groups and datasets of a tree. bool becomes uint8.
 *
 * @example `const bytes = await writeHdf5(root)`
 */
export async function writeHdf5(root: NewGroup): Promise<Uint8Array<ArrayBuffer>> {
  const { File, module } = await hdf5Library();
  const path = unusedPath();
  try {
    // The older bound has it write what HDF5 1.8 and all later ones read.
    const file = new File(path, 'w', { libver: ['v108', 'latest'] });
    try {
      fill(file, root);
    } finally {
      file.close();
    }
    return Uint8Array.from(module.FS.readFile(path));
  } finally {
    if (module.FS.analyzePath(path, false).exists) module.FS.unlink(path);
  }
}

function fill(group: Group, { children, attributes }: NewGroup): void {
  putAttributes(group, attributes);
  for (const [name, child] of children) {
    if (child.kind === 'group') fill(group.create_group(name), child);
    else putDataset(group, name, child);
  }
}

function putDataset(group: Group, name: string, { value: { data, shape }, attributes }: NewDataset): void {
  putAttributes(group.create_dataset({ name, data, shape: [...shape] }), attributes);
}

function putAttributes(owner: Pick<Group, 'create_attribute'>, attributes: ReadonlyMap<string, string>): void {
  for (const [name, text] of attributes) owner.create_attribute(name, text);
}
