import { FileError } from '@manabi/files';
import type { Layer } from '@manabi/layers';
import { corruptHdf5 } from '../../hdf5/hdf5-errors.ts';
import type { Hdf5Group, Hdf5Node } from '../../hdf5/open.ts';
import { numberedDatasets } from './numbered-datasets.ts';
import { type LayerPlace, OLD_LAYERS, pathsOf } from './places.ts';
import type { WeightsSource } from './weights-source.ts';

/** Deeper than layers within layers are. */
const MOST_LEVELS = 64;
/** More than any model has that is not there: links of HDF5 may lead round in circles. */
const MOST_GROUPS = 20_000;
/** What stands beside the layers of a compiled model. */
const BESIDE_LAYERS: ReadonlySet<string> = new Set(['optimizer', 'metrics']);

/**
 * Refuses weights of layers, however deep, that the model does not have. What Keras stores beside them stays: optimizers,
 * metrics, what layers draw random numbers with, layers without weights.
 *
 * @throws FileError `corrupt` with the groups that no layer takes
 */
export async function checkStrays(
  { name, root }: WeightsSource,
  model: Layer,
  places: readonly LayerPlace[],
): Promise<void> {
  const known = new Set(places.flatMap(pathsOf).flatMap((path) => path.map((_, i) => path.slice(0, i + 1).join('/'))));
  const strays = await straysIn(name, root, known);
  if (strays.length === 0) return;
  const [first] = strays;
  const layersOf = first.split('/').slice(0, -1).join('/');
  const siblings = [...known].filter((path) => path.slice(0, path.lastIndexOf('/')) === layersOf);
  const there = siblings.map((path) => path.slice(layersOf.length + 1));
  throw new FileError(
    'corrupt',
    `${name} does not fit the model '${model.name}': it holds weights that no layer of the model takes, in ` +
      `${strays.map((place) => `'${place}'`).join(', ')}.${there.length > 0 ? ` There, the model has ${there.join(', ')}.` : ''}`,
    { data: { source: name, model: model.name, place: first, places: strays } },
  );
}

async function straysIn(source: string, root: Hdf5Group, known: ReadonlySet<string>): Promise<readonly string[]> {
  let groups = 0;
  const isIn = async (node: Hdf5Node | undefined, isLayer: boolean, level: number): Promise<boolean> => {
    if (node?.kind !== 'group' || level > MOST_LEVELS) return false;
    groups++;
    if (groups > MOST_GROUPS) throw corruptHdf5(source, `more than ${MOST_GROUPS} groups belong to no layer`);
    if (node.path.endsWith('/vars')) return holdsWeights(node, isLayer);
    for (const name of node.names) {
      if (await isIn(await node.get(name), isLayer || isLayers(name), level + 1)) return true;
    }
    return false;
  };
  const strays: string[] = [];
  const visit = async (group: Hdf5Group): Promise<void> => {
    for (const name of group.names) {
      if (name === 'vars' || (group === root && BESIDE_LAYERS.has(name))) continue;
      const node = await group.get(name);
      if (node?.kind !== 'group') continue;
      const isInKnown = group === root || known.has(group.path);
      if (known.has(node.path) || (isInKnown && isLayers(name))) await visit(node);
      else if (await isIn(node, isLayers(group.path.slice(group.path.lastIndexOf('/') + 1)), 0)) strays.push(node.path);
    }
  };
  await visit(root);
  return strays;
}

/** Whether a group is that of a model's layers. */
function isLayers(name: string): boolean {
  return name === 'layers' || name === OLD_LAYERS;
}

/**
 * Whether what a group holds are weights of a layer. Seeds are integers. A class of one's own may keep anything in its
 * fields, which the file does not tell apart: optimizers count their steps in integers, and most metrics hold no matrices.
 */
async function holdsWeights(vars: Hdf5Group, isLayer: boolean): Promise<boolean> {
  const datasets = await numberedDatasets(vars);
  const isReal = datasets.map(({ type }) => type.kind === 'number' && type.element.includes('float'));
  return isLayer ? isReal.includes(true) : !isReal.includes(false) && datasets.some(({ shape }) => shape.length > 1);
}
