import { fromHost, type HostArray, hostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { type DType, dtypes } from '@manabi/ir';
import type { Layer, Variable } from '@manabi/layers';
import type { Hdf5Group, Hdf5Node } from '../../hdf5/open.ts';
import type { StoredArray } from '../quantized/dequantize.ts';
import { type LayerLocation, layerLocations, pathsOf } from './layer-locations.ts';
import { numberedDatasets } from './numbered-datasets.ts';
import { checkUnexpected } from './unexpected-weights.ts';
import type { WeightsSource } from './weights-source.ts';

/**
 * Reads a model's weights from a file in Keras 3's layout. If any weight does not fit, no weight of the model is
 * changed.
 *
 * @throws FileError `corrupt` for missing weights, unexpected weights and other shapes, with the layer, the weight and
 * both shapes
 */
export async function readWeights(source: WeightsSource, model: Layer): Promise<void> {
  const values = new Map<Variable, HostArray>();
  const locations = layerLocations(model);
  await checkUnexpected(source, model, locations);
  for (const location of locations) {
    const datasets = await datasetsOf(source, location);
    for (const [i, variable] of location.variables.entries()) {
      if (!values.has(variable)) values.set(variable, await valueFor(source.name, location, variable, datasets[i]));
    }
  }
  for (const [variable, value] of values) variable.assign(fromHost(value));
}

/** Returns the group at a path; undefined if it is missing. */
export async function groupIn(root: Hdf5Group, path: readonly string[]): Promise<Hdf5Group | undefined> {
  let node: Hdf5Node | undefined = root;
  for (const name of path) node = node?.kind === 'group' ? await node.get(name) : undefined;
  return node?.kind === 'group' ? node : undefined;
}

async function datasetsOf(
  { name, root, converted }: WeightsSource,
  location: LayerLocation,
): Promise<readonly StoredArray[]> {
  const { path, layer, variables } = location;
  let group: Hdf5Group | undefined;
  for (const each of pathsOf(location)) group ??= await groupIn(root, [...each, 'vars']);
  const stored = group === undefined ? [] : await numberedDatasets(group);
  const datasets = converted?.(layer, stored, variables) ?? stored;
  if (datasets.length === variables.length) return datasets;
  const place = [...path, 'vars'].join('/');
  const weights = variables.map(({ name: weight, shape }) => `${weight} [${shape.join(', ')}]`);
  const got = datasets.map(({ shape }) => `[${shape.join(', ')}]`);
  throw new FileError(
    'corrupt',
    `The weights in ${name} do not fit the model: layer '${layer.name}' (${layer.className}) has ${variables.length} weights ` +
      `(${weights.join(', ') || 'none'}), but ${place} contains ${datasets.length} (${got.join(', ') || 'none'}).`,
    {
      data: {
        source: name,
        layer: layer.name,
        className: layer.className,
        place,
        weights: variables.map(({ name: weight }) => weight),
        expected: variables.map(({ shape }) => shape),
        got: datasets.map(({ shape }) => shape),
      },
    },
  );
}

async function valueFor(
  source: string,
  { layer, path }: LayerLocation,
  variable: Variable,
  dataset: StoredArray,
): Promise<HostArray> {
  const { shape, dtype, name: weight } = variable;
  const isSame = shape.length === dataset.shape.length && shape.every((length, axis) => length === dataset.shape[axis]);
  if (isSame) return toDtype(await dataset.read(), dtype);
  throw new FileError(
    'corrupt',
    `The weights in ${source} do not fit the model: weight '${weight}' of layer '${layer.name}' (${layer.className}) has shape ` +
      `[${shape.join(', ')}], but ${dataset.path} has shape [${dataset.shape.join(', ')}].`,
    {
      data: {
        source,
        layer: layer.name,
        className: layer.className,
        place: path.join('/'),
        weight,
        expected: shape,
        got: dataset.shape,
      },
    },
  );
}

/** Converts an array to the dtype of its weight: files may contain float16, or counters of other integer types. */
export function toDtype({ dtype: given, shape, data }: HostArray, dtype: DType): HostArray {
  if (given === dtype) return hostArray(dtype, shape, data);
  const converted = dtypes[dtype].create(data.length);
  for (let i = 0; i < data.length; i++) converted[i] = data[i];
  return hostArray(dtype, shape, converted);
}
