import { fromHost, type HostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import type { Layer, Model, Variable } from '@manabi/layers';
import type { Hdf5Group } from '../../hdf5/open.ts';
import { groupIn, toDtype } from '../weights/read-weights.ts';
import { convertWeights, type WrittenBy } from './convert-weights.ts';
import { textOf, textsOf } from './h5-attributes.ts';

/** The weights of one layer in a file. */
interface FileLayer {
  readonly name: string;
  readonly arrays: readonly HostArray[];
}

/** Whether a file holds weights as Keras 1 and 2 write them. */
export function holdsLegacyWeights(root: Hdf5Group): boolean {
  return textsOf(weightsGroup(root), 'layer_names') !== undefined;
}

/**
 * Reads the weights of a model from a file of Keras 1 or 2 (or of Keras 3, as `.h5`), all or none: layer by layer, in the
 * order of the file.
 *
 * @throws FileError `corrupt` for weights that do not fit, with the layer, the weight and both shapes
 */
export function readLegacyWeights(source: string, root: Hdf5Group, model: Model): void {
  const group = weightsGroup(root);
  const names = textsOf(group, 'layer_names') ?? [];
  const written = writtenBy(root, group);
  const inFile = names.map((name) => fileLayer(source, group, name)).filter(({ arrays }) => arrays.length > 0);
  const inModel = model.layers.filter((layer) => layer.weights.length > 0);
  if (inFile.length !== inModel.length) {
    throw new FileError(
      'corrupt',
      `${source} does not fit the model '${model.name}': it holds weights of ${inFile.length} layers ` +
        `(${inFile.map(({ name }) => name).join(', ')}), but ${inModel.length} layers of the model have some ` +
        `(${inModel.map(({ name }) => name).join(', ')}).`,
      {
        data: {
          source,
          model: model.name,
          expected: inModel.map(({ name }) => name),
          got: inFile.map(({ name }) => name),
        },
      },
    );
  }
  const values = new Map<Variable, HostArray>();
  inModel.forEach((layer, i) => {
    const variables = legacyOrder(layer);
    const arrays = convertWeights(layer, variables, inFile[i].arrays, written);
    checkFit(source, layer, variables, arrays, inFile[i].name);
    variables.forEach((variable, k) => {
      values.set(variable, toDtype(arrays[k], variable.dtype));
    });
  });
  for (const [variable, value] of values) variable.assign(fromHost(value));
}

/** Whole models keep their weights in a group; files of weights alone do not. */
function weightsGroup(root: Hdf5Group): Hdf5Group {
  return groupIn(root, ['model_weights']) ?? root;
}

function writtenBy(root: Hdf5Group, group: Hdf5Group): WrittenBy {
  const version = textOf(group, 'keras_version') ?? textOf(root, 'keras_version') ?? '1.0';
  const backend = textOf(group, 'backend') ?? textOf(root, 'backend') ?? 'tensorflow';
  return { isFirst: version.startsWith('1.'), backend };
}

function fileLayer(source: string, group: Hdf5Group, name: string): FileLayer {
  const found = groupIn(group, name.split('/'));
  const weights = found === undefined ? [] : (textsOf(found, 'weight_names') ?? []);
  const arrays = weights.map((weight) => {
    let node = found?.get(weight.split('/')[0]);
    for (const part of weight.split('/').slice(1)) node = node?.kind === 'group' ? node.get(part) : undefined;
    if (node?.kind === 'dataset') return node.read();
    throw new FileError('corrupt', `${source} holds no array for the weight '${weight}' of layer '${name}'.`, {
      data: { source, layer: name, weight },
    });
  });
  return { name, arrays };
}

/** Keras 1 and 2 keep what a layer trains before what it does not train, also of layers within. */
function legacyOrder(layer: Layer): readonly Variable[] {
  return [...layer.trainableWeights, ...layer.nonTrainableWeights];
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
    `${source} does not fit the model: the weights of layer '${layer.name}' (${layer.className}) are ${list(expected)}, ` +
      `but those of '${inFile}' in the file are ${list(got)}.`,
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
