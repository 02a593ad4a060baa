import { firstRows } from '../data/first-rows.ts';
import type { Samples } from '../recipes/index.ts';
import type { Classifier } from './classifier.ts';
import { type PixelScaleName, pixelScaleNames, pixelScales, scaledPixels } from './pixel-scales.ts';
import { agreement } from './scores.ts';

/** Number of samples used to recognize the pixel range that a network was trained with. */
const SAMPLES = 1000;

/** The pixel range chosen for a network, and the reason. */
export interface ChosenScale {
  readonly name: PixelScaleName;
  readonly why: string;
  /** Accuracy on the tested samples; null if none were tested. */
  readonly accuracy: number | null;
}

/** Describes the chosen pixel range in one line. */
export function describeScale(classifier: Classifier, { name, why }: ChosenScale): string {
  return `Input of ${classifier.name}: ${pixelScales[name].title} (${why}).`;
}

/**
 * Finds the pixel range that a network was trained with. If the network rescales its input, the range is raw pixels; otherwise the
 * range with the highest accuracy on a subset of the samples wins, and cross-entropy breaks ties.
 *
 * @param samples images with pixels in [0, 255], in the input shape of the network, and their labels
 * @throws ManabiError `shape` if the scores of the network do not match the labels
 */
export async function chooseScale(classifier: Classifier, { x, y }: Samples): Promise<ChosenScale> {
  if (classifier.scalesPixels === true) return { name: 'raw', why: 'the network rescales its input', accuracy: null };
  const sample = firstRows({ x, y }, SAMPLES);
  const tried: { readonly name: PixelScaleName; readonly accuracy: number; readonly crossEntropy: number }[] = [];
  for (const name of pixelScaleNames) {
    tried.push({ name, ...agreement(await classifier.predict(scaledPixels(sample.x, name)), sample.y) });
  }
  const [best] = tried.toSorted((a, b) => b.accuracy - a.accuracy || a.crossEntropy - b.crossEntropy);
  const accuracies = tried.map(({ name, accuracy }) => `${name} ${accuracy.toFixed(3)}`);
  const why = `accuracy on ${sample.x.shape[0]} samples: ${accuracies.join(', ')}`;
  return { name: best.name, why, accuracy: best.accuracy };
}
