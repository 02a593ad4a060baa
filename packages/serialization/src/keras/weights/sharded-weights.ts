import { FileError, type RandomAccess } from '@manabi/files';
import { type Hdf5Group, type Hdf5Node, openHdf5 } from '../../hdf5/open.ts';
import { isList, isObject } from '../json.ts';
import { parseJson } from '../parse-json.ts';

/** Weights in several files, as one group. */
export interface OpenShards {
  readonly root: Hdf5Group;
  /** Closes the files. */
  close(): Promise<void>;
}

/**
 * Opens the files in which Keras saves large weights: `model.weights.json` lists files beside it, such as
 * `model_00000.weights.h5`, each with a part of the groups. The arrays of a layer may be in several files.
 *
 * @param text content of the list
 * @param open opens a file beside the list
 * @throws FileError `corrupt`, and the codes of opening the files
 */
export async function openShards(
  source: string,
  text: string,
  open: (name: string) => Promise<RandomAccess>,
): Promise<OpenShards> {
  const files: RandomAccess[] = [];
  const close = async (): Promise<void> => {
    for (const file of files) await file.close();
  };
  try {
    const groups: Hdf5Group[] = [];
    for (const name of shardNames(source, text)) {
      const file = await open(name);
      files.push(file);
      groups.push(await openHdf5(file));
    }
    return { root: merged(groups, ''), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Most files of one model; Keras numbers them with five digits. */
const MOST_FILES = 100_000;

function shardNames(source: string, text: string): readonly string[] {
  const { weight_map: map } = parseJson(source, 'the list of weights', text);
  const names = isObject(map) ? Object.values(map).flatMap((value) => (isList(value) ? value : [value])) : [];
  const unique = [...new Set(names)];
  const files = unique.filter((name) => typeof name === 'string');
  // A name that leads to another folder could make a page or a server read any file.
  const wrong = unique.find((name) => typeof name !== 'string' || !/^[^/\\:]+\.h5$/.test(name));
  if (wrong === undefined && files.length > 0 && files.length < MOST_FILES) return files;
  throw new FileError(
    'corrupt',
    `Cannot read ${source}: \`weight_map\` must list names of .h5 files beside it; got ` +
      `${wrong === undefined ? `${files.length} names` : JSON.stringify(wrong).slice(0, 100)}. Save the weights again.`,
    { data: { source, name: wrong ?? null } },
  );
}

/** Returns the groups at one path in several files as one group. */
function merged(groups: readonly Hdf5Group[], path: string): Hdf5Group {
  const [first] = groups;
  return {
    kind: 'group',
    path,
    names: [...new Set(groups.flatMap(({ names }) => names))].sort(),
    get: async (name) => {
      const nodes: Hdf5Node[] = [];
      for (const group of groups) {
        const node = await group.get(name);
        if (node !== undefined) nodes.push(node);
      }
      const inner = nodes.filter((node) => node.kind === 'group');
      return inner.length < nodes.length || nodes.length === 0
        ? nodes.find(({ kind }) => kind === 'dataset')
        : merged(inner, path === '' ? name : `${path}/${name}`);
    },
    attribute: (name) => first.attribute(name),
  };
}
