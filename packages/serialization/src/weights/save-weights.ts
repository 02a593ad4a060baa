import { ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, oneOf, optional, readArgument, readOptions, signal as signalKind } from '@manabi/errors';
import { keyedVariables, type Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { notBuilt } from '../keras/not-built.ts';
import { weightsTree } from '../keras/weights/write-weights.ts';
import { writeNpz } from '../numpy/index.ts';
import { writeSafetensors } from '../safetensors/index.ts';
import { type Destination, destinationName, writeTo } from '../stores/index.ts';

/** The formats that weights are saved in: the ends of files' names. */
export type WeightsFormat = 'weights.h5' | 'safetensors' | 'npz';

/** What `saveWeights` takes beside the model and where its weights go. */
export interface SaveWeightsOptions {
  /** By default what the name ends in. */
  readonly format?: WeightsFormat;
  /** Stops the saving; what was there stays. */
  readonly signal?: AbortSignal;
}

type Write = (model: Model, destination: Destination, signal: AbortSignal | undefined) => Promise<void>;

const WRITERS: { readonly [K in WeightsFormat]: Write } = {
  'weights.h5': async (model, destination, signal) =>
    writeTo(destination, writeHdf5(await weightsTree(model)), { signal }),
  safetensors: (model, destination, signal) => writeSafetensors(destination, weightsByPath(model), { signal }),
  npz: (model, destination, signal) => writeNpz(destination, weightsByPath(model), { signal }),
};

/** All formats. */
const weightsFormats: readonly WeightsFormat[] = ['weights.h5', 'safetensors', 'npz'];

const kinds = {
  format: optional(oneOf('weights.h5', 'safetensors', 'npz')),
  signal: optional(signalKind),
} satisfies KindsOf<SaveWeightsOptions>;

/**
 * Saves the weights of a model: as Keras 3 does (`.weights.h5`), or by their paths in the model, such as `dense_1/kernel`
 * (`.safetensors`, `.npz`).
 *
 * @throws ManabiError `argument` for a model without weights yet, or a name that ends in something else
 * @throws FileError as `writeFileAtomic`
 * @example `await saveWeights(model, 'digits.weights.h5')`
 */
export async function saveWeights(
  model: Model,
  destination: Destination,
  options: SaveWeightsOptions = {},
): Promise<void> {
  readArgument('saveWeights', 'model', model, modelKind);
  const { format: asked, signal } = readOptions('saveWeights', options, kinds);
  const name = destinationName(destination);
  const format = asked ?? weightsFormats.find((ending) => name.toLowerCase().endsWith(`.${ending}`));
  if (format === undefined) throw otherFormat(name);
  if (!model.built) throw notBuilt('saveWeights', model);
  await WRITERS[format](model, destination, signal);
}

/** The weights of a model by their paths: `dense_1/kernel`. */
export function weightsByPath(model: Model): Record<string, Tensor> {
  const kept = [...keyedVariables(model)].filter(([, { persistent }]) => persistent);
  return Object.fromEntries(kept.map(([path, { value }]) => [path, value]));
}

function otherFormat(destination: string): ManabiError {
  return new ManabiError(
    'argument',
    `Weights are saved as .weights.h5, .safetensors or .npz; got '${destination}'. Save whole models with saveModel().`,
    { op: 'saveWeights', data: { destination, formats: weightsFormats } },
  );
}
