import { fromHost, type HostArray, hostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { type DType, dtypes } from '@manabi/ir';
import type { Layer, Variable } from '@manabi/layers';
import type { Hdf5Dataset, Hdf5Group, Hdf5Node } from '../../hdf5/open.ts';
import { numberedDatasets } from './numbered-datasets.ts';
import { type LayerPlace, layerPlaces, pathsOf } from './places.ts';
import { checkStrays } from './stray-weights.ts';
import type { WeightsSource } from './weights-source.ts';

/**
 * Reads a model's weights from a file in Keras 3's layout, all or none.
 *
 * @throws FileError `corrupt` for weights that are missing, too many, or of another shape: with the layer, the weight, and
 * both shapes
 */
export async function readWeights(source: WeightsSource, model: Layer): Promise<void> {
  const values = new Map<Variable, HostArray>();
  const places = layerPlaces(model);
  await checkStrays(source, model, places);
  for (const place of places) {
    const datasets = await datasetsOf(source, place);
    for (const [i, variable] of place.variables.entries()) {
      if (!values.has(variable)) values.set(variable, await valueFor(source.name, place, variable, datasets[i]));
    }
  }
  for (const [variable, value] of values) variable.assign(fromHost(value));
}

/** The group at a path; undefined if there is none. */
export async function groupIn(root: Hdf5Group, path: readonly string[]): Promise<Hdf5Group | undefined> {
  let node: Hdf5Node | undefined = root;
  for (const name of path) node = node?.kind === 'group' ? await node.get(name) : undefined;
  return node?.kind === 'group' ? node : undefined;
}

async function datasetsOf({ name, root }: WeightsSource, layerPlace: LayerPlace): Promise<readonly Hdf5Dataset[]> {
  const { path, layer, variables } = layerPlace;
  let group: Hdf5Group | undefined;
  for (const each of pathsOf(layerPlace)) group ??= await groupIn(root, [...each, 'vars']);
  const datasets = group === undefined ? [] : await numberedDatasets(group);
  if (datasets.length === variables.length) return datasets;
  const place = [...path, 'vars'].join('/');
  const weights = variables.map(({ name: weight, shape }) => `${weight} [${shape.join(', ')}]`);
  const got = datasets.map(({ shape }) => `[${shape.join(', ')}]`);
  throw new FileError(
    'corrupt',
    `${name} does not fit the model: layer '${layer.name}' (${layer.className}) has ${variables.length} weights ` +
      `(${weights.join(', ')}), but ${place} holds ${datasets.length} (${got.join(', ') || 'nothing'}).`,
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
  { layer, path }: LayerPlace,
  variable: Variable,
  dataset: Hdf5Dataset,
): Promise<HostArray> {
  const { shape, dtype, name: weight } = variable;
  const isSame = shape.length === dataset.shape.length && shape.every((length, axis) => length === dataset.shape[axis]);
  if (isSame) return toDtype(await dataset.read(), dtype);
  throw new FileError(
    'corrupt',
    `${source} does not fit the model: the weight '${weight}' of layer '${layer.name}' (${layer.className}) is ` +
      `[${shape.join(', ')}], but ${dataset.path} is [${dataset.shape.join(', ')}].`,
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

/** An array in the dtype of the weight that it is for: files hold float16, or counters in other integers. */
export function toDtype({ dtype: given, shape, data }: HostArray, dtype: DType): HostArray {
  if (given === dtype) return hostArray(dtype, shape, data);
  const converted = dtypes[dtype].create(data.length);
  for (let i = 0; i < data.length; i++) converted[i] = data[i];
  return hostArray(dtype, shape, converted);
}
