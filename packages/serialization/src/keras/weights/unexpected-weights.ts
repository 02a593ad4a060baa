import { FileError } from '@manabi/files';
import type { Layer } from '@manabi/layers';
import { corruptHdf5 } from '../../hdf5/hdf5-errors.ts';
import type { Hdf5Group, Hdf5Node } from '../../hdf5/open.ts';
import { type LayerLocation, OLD_LAYERS, pathsOf } from './layer-locations.ts';
import { numberedDatasets } from './numbered-datasets.ts';
import type { WeightsSource } from './weights-source.ts';

/** Largest accepted nesting depth of groups. */
const MOST_LEVELS = 64;
/**
 * Largest number of groups outside known layers that are inspected. A limit is needed because HDF5 links may form
 * cycles.
 */
const MOST_GROUPS = 20_000;
/** Groups of a compiled model that do not belong to a layer. */
const BESIDE_LAYERS: ReadonlySet<string> = new Set(['optimizer', 'metrics']);

/**
 * Rejects weights of layers that the model does not have, at any depth. Other state stored by Keras is accepted: optimizers,
 * metrics, random seeds, and layers without weights.
 *
 * @throws FileError `corrupt` with the groups of unexpected weights
 */
export async function checkUnexpected(
  { name, root }: WeightsSource,
  model: Layer,
  locations: readonly LayerLocation[],
): Promise<void> {
  const known = new Set(
    locations.flatMap(pathsOf).flatMap((path) => path.map((_, i) => path.slice(0, i + 1).join('/'))),
  );
  const unexpected = await unexpectedIn(name, root, known);
  if (unexpected.length === 0) return;
  const [first] = unexpected;
  const layersOf = first.split('/').slice(0, -1).join('/');
  const siblings = [...known].filter((path) => path.slice(0, path.lastIndexOf('/')) === layersOf);
  const present = siblings.map((path) => path.slice(layersOf.length + 1));
  throw new FileError(
    'corrupt',
    `The weights in ${name} do not fit model '${model.name}': unexpected weights in ` +
      `${unexpected.map((path) => `'${path}'`).join(', ')}.${present.length > 0 ? ` The model has ${present.join(', ')} there.` : ''}`,
    { data: { source: name, model: model.name, place: first, places: unexpected } },
  );
}

async function unexpectedIn(source: string, root: Hdf5Group, known: ReadonlySet<string>): Promise<readonly string[]> {
  let groups = 0;
  const isIn = async (node: Hdf5Node | undefined, isLayer: boolean, level: number): Promise<boolean> => {
    if (node?.kind !== 'group' || level > MOST_LEVELS) return false;
    groups++;
    if (groups > MOST_GROUPS)
      throw corruptHdf5(source, `it has more than ${MOST_GROUPS} groups that belong to no layer`);
    if (node.path.endsWith('/vars')) return holdsWeights(node, isLayer);
    for (const name of node.names) {
      if (await isIn(await node.get(name), isLayer || isLayers(name), level + 1)) return true;
    }
    return false;
  };
  const unexpected: string[] = [];
  const visit = async (group: Hdf5Group): Promise<void> => {
    for (const name of group.names) {
      if (name === 'vars' || (group === root && BESIDE_LAYERS.has(name))) continue;
      const node = await group.get(name);
      if (node?.kind !== 'group') continue;
      const isInKnown = group === root || known.has(group.path);
      if (known.has(node.path) || (isInKnown && isLayers(name))) await visit(node);
      else if (await isIn(node, isLayers(group.path.slice(group.path.lastIndexOf('/') + 1)), 0))
        unexpected.push(node.path);
    }
  };
  await visit(root);
  return unexpected;
}

/** Reports whether a group contains the layers of a model. */
function isLayers(name: string): boolean {
  return name === 'layers' || name === OLD_LAYERS;
}

/**
 * Reports whether a group contains weights of a layer, judging by element types and shapes. In groups of layers, floats
 * are weights, and integers are random seeds. The fields of a custom class may also contain optimizers, which have an
 * integer step count, and metrics, most of which have no matrices. So their arrays are weights only if all are floats
 * and at least one has several axes.
 */
async function holdsWeights(vars: Hdf5Group, isLayer: boolean): Promise<boolean> {
  const datasets = await numberedDatasets(vars);
  const isReal = datasets.map(({ type }) => type.kind === 'number' && type.element.includes('float'));
  return isLayer ? isReal.includes(true) : !isReal.includes(false) && datasets.some(({ shape }) => shape.length > 1);
}
