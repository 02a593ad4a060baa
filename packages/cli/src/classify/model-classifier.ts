import { hostArray, type Layer, ManabiError, Model } from 'manabi';
import type { Classifier } from './classifier.ts';

/** Samples per prediction. */
export const predictionBatch = 1000;

/** Names of layers that leave the range of pixel values unchanged. */
const KEEPS_RANGE: ReadonlySet<string> = new Set(['InputLayer', 'Reshape', 'Flatten', 'Permute', 'Resizing']);

/** A rescaling layer with a smaller factor than this converts raw pixels to [0, 1] or [-1, 1]. */
const LARGEST_SCALE = 0.02;

/**
 * Creates a classifier from a model.
 *
 * @param name name used in messages
 * @throws ManabiError `argument` for a model with several inputs or outputs
 */
export function modelClassifier(name: string, model: Model): Classifier {
  const { inputTypes, outputTypes } = model;
  const inputs = inputTypes === null ? [] : 'shape' in inputTypes ? [inputTypes] : inputTypes;
  if (inputs.length !== 1 || outputTypes?.length !== 1) {
    throw new ManabiError(
      'argument',
      `Network ${name} has ${inputs.length} inputs and ${outputTypes?.length ?? 0} outputs; use a model with one input and one output.`,
      { data: { source: name, inputs: inputs.length, outputs: outputTypes?.length ?? 0 } },
    );
  }
  return {
    name,
    input: inputs[0],
    scalesPixels: scalesPixels(model),
    predict: async (x) => {
      const y = await model.predict(x, { batchSize: predictionBatch });
      return hostArray(y.dtype, y.shape, await y.data());
    },
  };
}

/**
 * Returns true if the first layer that changes pixel values is a rescaling layer that expects raw pixels, and null
 * otherwise.
 */
function scalesPixels(model: Model): true | null {
  const first = firstOf(model);
  if (first?.className !== 'Rescaling') return null;
  const { scale } = first.getConfig();
  return typeof scale === 'number' && Math.abs(scale) < LARGEST_SCALE ? true : null;
}

function firstOf(model: Model): Layer | null {
  const first = model.layers.find(({ className }) => !KEEPS_RANGE.has(className)) ?? null;
  return first instanceof Model ? firstOf(first) : first;
}
