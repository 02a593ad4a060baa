import { type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, oneOf, optional, readArgument, readOptions, signal as signalKind } from '@manabi/errors';
import { zipPieces } from '@manabi/files/internal';
import type { Model } from '@manabi/layers';
import { keyedVariables } from '@manabi/layers/internal';
import { modelKind } from '../arguments.ts';
import { toHostArrays } from '../elements/host-arrays.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { notBuilt } from '../keras/not-built.ts';
import { weightsTree } from '../keras/weights/write-weights.ts';
import { writeNpz } from '../numpy/index.ts';
import { writeSafetensors } from '../safetensors/index.ts';
import { type Destination, destinationName, writeTo } from '../stores/index.ts';

/** Format of a weights file, equal to its extension. */
export type WeightsFormat = 'weights.h5' | 'safetensors' | 'npz' | 'pt';

/** Options of `saveWeights`. */
export interface SaveWeightsOptions {
  /** Format of the file (default: by the extension of the destination). */
  readonly format?: WeightsFormat;
  /** Signal that stops the save; the old file is then unchanged. */
  readonly signal?: AbortSignal;
}

type Write = (model: Model, destination: Destination, signal: AbortSignal | undefined) => Promise<void>;

const WRITERS: { readonly [K in WeightsFormat]: Write } = {
  'weights.h5': async (model, destination, signal) =>
    writeTo(destination, writeHdf5(await weightsTree(model)), { signal }),
  safetensors: (model, destination, signal) => writeSafetensors(destination, weightsByPath(model), { signal }),
  npz: (model, destination, signal) => writeNpz(destination, weightsByPath(model), { signal }),
  pt: async (model, destination, signal) => {
    const { layoutOfTorch, torchRecords } = await import('../torch/in-weights.ts');
    const layout = layoutOfTorch(model);
    const arrays = await toHostArrays('saveWeights', 'model', weightsByPath(model));
    const named = [...arrays].map(([path, array]): [string, HostArray] => {
      const weight = layout.get(path);
      return weight === undefined ? [path, array] : [weight.name, weight.toTorch(array)];
    });
    await writeTo(destination, zipPieces(torchRecords(new Map(named))), { signal });
  },
};

/** All formats of weights files. */
const weightsFormats: readonly WeightsFormat[] = ['weights.h5', 'safetensors', 'npz', 'pt'];

const kinds = {
  format: optional(oneOf('weights.h5', 'safetensors', 'npz', 'pt')),
  signal: optional(signalKind),
} satisfies KindsOf<SaveWeightsOptions>;

/**
 * Saves the weights of a model, in the format of Keras 3 (`.weights.h5`) or by their paths in the model, such as
 * `dense_1/kernel` (`.safetensors`, `.npz`), or as a state dict of PyTorch, with PyTorch's names and order of axes (`.pt`, `.pth`): see
 * the option `layout` of `loadWeights`.
 *
 * @throws ManabiError `argument` for a model without weights yet, or an unknown extension
 * @throws FileError the codes of `writeFileAtomic`
 * @example
 * ```ts node-only
 * import { layers, readSafetensors, saveWeights, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], name: 'dense' })]);
 * await saveWeights(model, 'digits.safetensors');
 * const result = Object.keys((await readSafetensors('digits.safetensors')).tensors).sort();
 * console.log(result); // ['dense/bias', 'dense/kernel']
 * ```
 */
export async function saveWeights(
  model: Model,
  destination: Destination,
  options: SaveWeightsOptions = {},
): Promise<void> {
  readArgument('saveWeights', 'model', model, modelKind);
  const { format: given, signal } = readOptions('saveWeights', options, kinds);
  const name = destinationName(destination);
  const format = given ?? formatOf(name.toLowerCase());
  if (format === undefined) throw otherFormat(name);
  if (!model.built) throw notBuilt('saveWeights', model);
  await WRITERS[format](model, destination, signal);
}

/** Returns the weights of a model by path, such as `dense_1/kernel`. */
export function weightsByPath(model: Model): Record<string, Tensor> {
  const persistentVariables = [...keyedVariables(model)].filter(([, { persistent }]) => persistent);
  return Object.fromEntries(persistentVariables.map(([path, { value }]) => [path, value]));
}

function formatOf(name: string): WeightsFormat | undefined {
  return name.endsWith('.pth') ? 'pt' : weightsFormats.find((ending) => name.endsWith(`.${ending}`));
}

function otherFormat(destination: string): ManabiError {
  return new ManabiError(
    'argument',
    `The destination of weights must end with .weights.h5, .safetensors, .npz, .pt or .pth; got '${destination}'. To save the whole model, use saveModel().`,
    { op: 'saveWeights', data: { destination, formats: weightsFormats } },
  );
}
