import { input, layers, type Model, model, type SymbolicTensor } from 'manabi';
import { SIDE } from '../messages.ts';
import {
  applyFrozen,
  applyLast,
  convolution,
  convolutions,
  type ExtractorWeights,
  setExtractorWeights,
} from './extractor-layers.ts';
import type { Features } from './picture-features.ts';

/** Part of the mean variance that is added to each variance: features that few pictures have must not become huge. */
const VARIANCE_FLOOR = 0.1;

/** Networks that share their layers, so that the whole network always has what the others learned. */
export interface PictureNetworks {
  /** From pictures to probabilities: what answers, and what is downloaded. */
  readonly whole: Model;
  /** From all features to probabilities. */
  readonly head: Model;
  /** From the maps before the last convolution to probabilities. */
  readonly top: Model;
}

/**
 * Builds the networks: the extractor with its trained weights, and a new head.
 *
 * @param examples features of all pictures to train on, which determine how the head scales features
 */
export function buildNetworks(
  weights: ExtractorWeights,
  examples: readonly Features[],
  classes: number,
): PictureNetworks {
  const all = convolutions.map((_, i) => convolution(i));
  const normalization = layers.normalization(statisticsOf(examples.map((each) => each.all)));
  const dense = layers.dense({ units: classes, activation: 'softmax', name: 'head', kernelInitializer: 'zeros' });
  const classify = (features: SymbolicTensor) => dense.apply(normalization.apply(features));

  const image = input({ shape: [SIDE, SIDE, 3], name: 'image' });
  const extraction = applyFrozen(all, image);
  const whole = model({ inputs: image, outputs: classify(applyLast(all, extraction)), name: 'pictures' });

  const features = input({ shape: [examples[0].all.length] });
  const head = model({ inputs: features, outputs: classify(features) });

  const [maps, means] = [extraction.maps, extraction.means].map(({ shape }) => input({ shape: shape.slice(1) }));
  const top = model({ inputs: [maps, means], outputs: classify(applyLast(all, { maps, means })) });

  setExtractorWeights(all, weights);
  return { whole, head, top };
}

/** Returns the mean and the variance of each feature. */
function statisticsOf(examples: readonly Float32Array[]) {
  const length = examples[0].length;
  const meanOf = (value: (example: Float32Array, i: number) => number) =>
    Array.from({ length }, (_, i) => examples.reduce((sum, example) => sum + value(example, i), 0) / examples.length);
  const mean = meanOf((example, i) => example[i]);
  const variance = meanOf((example, i) => (example[i] - mean[i]) ** 2);
  const floor = VARIANCE_FLOOR * (variance.reduce((sum, value) => sum + value, 0) / length) + 1e-6;
  return { mean, variance: variance.map((value) => value + floor) };
}
