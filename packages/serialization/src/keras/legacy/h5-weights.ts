import { fromHost, type HostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { Layer, Model, Variable } from '@manabi/layers';
import { keyedVariables } from '@manabi/layers/internal';
import type { Hdf5Dataset, Hdf5Group, Hdf5Node } from '../../hdf5/open.ts';
import { groupIn, toDtype } from '../weights/read-weights.ts';
import { convertWeights, type WrittenBy } from './convert-weights.ts';
import { textOf, textsOf } from './h5-attributes.ts';
import { pairLayers, type WeightsMatch } from './pair-layers.ts';

/** Name and weights of one layer in a file. */
export interface FileLayer {
  readonly name: string;
  readonly arrays: readonly HostArray[];
  /** Names of the arrays, such as `bn/gamma:0`. */
  readonly weightNames: readonly string[];
}

/** Reports whether a file contains weights in the layout of Keras 1 and 2. */
export async function holdsLegacyWeights(root: Hdf5Group): Promise<boolean> {
  return (await textsOf(await weightsGroup(root), 'layer_names')) !== undefined;
}

/**
 * Reads the weights of a model from a file of Keras 1 or 2 (or an `.h5` of Keras 3), layer by layer. If any weight does
 * not fit, no weight of the model is changed.
 *
 * @param match how layers of the file are matched with layers of the model (default: by order)
 * @throws FileError `corrupt` for weights that do not fit, with the layer, the weight and both shapes
 */
export async function readLegacyWeights(
  source: string,
  root: Hdf5Group,
  model: Model,
  match: WeightsMatch = 'order',
): Promise<void> {
  const group = await weightsGroup(root);
  const names = (await textsOf(group, 'layer_names')) ?? [];
  const written = await writtenBy(root, group);
  const inFile: FileLayer[] = [];
  for (const name of names) {
    const layer = await fileLayer(source, group, name);
    if (layer.arrays.length > 0 && !hasIdfWeights(model, layer)) inFile.push(layer);
  }
  assignLayers(source, model, inFile, written, match);
}

/** Name of the tf-idf weights of a layer with a vocabulary in `.h5` files of Keras 2, whose configs contain them, too. */
export const IDF_WEIGHTS = 'Variable:0';

function hasIdfWeights({ layers }: Model, { name, weightNames }: FileLayer): boolean {
  const layer = layers.find((each) => each.name === name);
  return weightNames.join() === IDF_WEIGHTS && layer !== undefined && 'idfWeights' in layer;
}

/**
 * Sets the weights of a model, layer by layer. If any weight does not fit, no weight of the model is changed.
 *
 * @param inFile the layers of the file that have weights, in order
 * @throws FileError `corrupt` for weights that do not fit, with the layer, the weight and both shapes
 */
export function assignLayers(
  source: string,
  model: Model,
  inFile: readonly FileLayer[],
  written: WrittenBy,
  match: WeightsMatch,
): void {
  const values = new Map<Variable, HostArray>();
  for (const [layer, found] of pairLayers(source, model, inFile, match)) {
    const variables = orderInFile(layer, found.weightNames);
    const arrays = convertWeights(layer, variables, found.arrays, written);
    checkFit(source, layer, variables, arrays, found.name);
    variables.forEach((variable, k) => {
      values.set(variable, toDtype(arrays[k], variable.dtype));
    });
  }
  for (const [variable, value] of values) variable.assign(fromHost(value));
}

/** Returns the group of the weights: a subgroup in whole models, the root in files with weights only. */
async function weightsGroup(root: Hdf5Group): Promise<Hdf5Group> {
  return (await groupIn(root, ['model_weights'])) ?? root;
}

async function writtenBy(root: Hdf5Group, group: Hdf5Group): Promise<WrittenBy> {
  const version = (await textOf(group, 'keras_version')) ?? (await textOf(root, 'keras_version')) ?? '1.0';
  const backend = (await textOf(group, 'backend')) ?? (await textOf(root, 'backend')) ?? 'tensorflow';
  return { isFirst: version.startsWith('1.'), backend };
}

async function fileLayer(source: string, group: Hdf5Group, name: string): Promise<FileLayer> {
  const found = await groupIn(group, name.split('/'));
  const weights = found === undefined ? [] : ((await textsOf(found, 'weight_names')) ?? []);
  const arrays: HostArray[] = [];
  if (found !== undefined) {
    for (const weight of weights) arrays.push(await (await weightAt(source, found, weight, `layer '${name}'`)).read());
  }
  return { name, arrays, weightNames: weights };
}

/**
 * Returns the dataset of a weight in the group of its layer or of the optimizer.
 *
 * @param weight name of the weight, which contains a slash for each nested group
 * @param owner the layer or the optimizer, for the message
 * @throws FileError `corrupt` if it is missing
 */
export async function weightAt(source: string, group: Hdf5Group, weight: string, owner: string): Promise<Hdf5Dataset> {
  let node: Hdf5Node | undefined = group;
  for (const part of weight.split('/')) node = node?.kind === 'group' ? await node.get(part) : undefined;
  if (node?.kind === 'dataset') return node;
  throw new FileError(
    'corrupt',
    `Cannot read ${source}: the array of weight '${weight}' of ${owner} is missing. Save or download the file again.`,
    { data: { source, owner, weight } },
  );
}

/** Returns the variables of a layer and its nested layers in the order of Keras 1 and 2: trainable ones first. */
export function legacyOrder(layer: Layer): readonly Variable[] {
  return [...layer.trainableWeights, ...layer.nonTrainableWeights];
}

/**
 * Returns the variables of a layer in the order of its arrays in a file. The order depends on which layers in the layer were
 * trainable when the file was written, so the names decide, if each belongs to one variable.
 */
function orderInFile(layer: Layer, names: readonly string[]): readonly Variable[] {
  const expected = legacyOrder(layer);
  if (layer.sublayers.length === 0 || names.length !== expected.length) return expected;
  const byName = new Map([...keyedVariables(layer)].map(([path, variable]) => [endOf(path), variable]));
  const found = names.flatMap((name) => byName.get(endOf(name.replace(/:\d+$/, ''))) ?? []);
  return byName.size === expected.length && new Set(found).size === expected.length ? found : expected;
}

/** Returns the name of a weight with that of its layer, without the layers around it, which Keras 2 omits. */
function endOf(path: string): string {
  return path.split('/').slice(-2).join('/');
}

function checkFit(
  source: string,
  layer: Layer,
  variables: readonly Variable[],
  arrays: readonly HostArray[],
  inFile: string,
): void {
  const expected = variables.map(({ shape }) => shape);
  const got = arrays.map(({ shape }) => shape);
  const wrong = variables.findIndex(({ shape }, i) => shape.join() !== got[i]?.join());
  if (wrong < 0 && variables.length === arrays.length) return;
  const list = (shapes: readonly (readonly number[])[]): string => shapes.map((s) => `[${s.join(', ')}]`).join(', ');
  throw new FileError(
    'corrupt',
    `The weights in ${source} do not fit the model: layer '${layer.name}' (${layer.className}) has weights of shapes ` +
      `${list(expected)}, but '${inFile}' in the file has ${list(got) || 'none'}.`,
    {
      data: {
        source,
        layer: layer.name,
        className: layer.className,
        inFile,
        weight: variables[wrong]?.name ?? null,
        expected,
        got,
      },
    },
  );
}
