import { firstRows } from '../data/first-rows.ts';
import type { Samples } from '../recipes/index.ts';
import type { Classifier } from './classifier.ts';
import { type PixelScaleName, pixelScaleNames, pixelScales } from './pixel-scales.ts';
import { scaledPixels } from './scaled-pixels.ts';
import { agreement } from './scores.ts';

/** Number of samples on which `chooseScale` compares the pixel ranges. */
const SAMPLES = 1000;

/** The pixel range chosen for a network, and why it was chosen. */
export interface ChosenScale {
  readonly name: PixelScaleName;
  readonly why: string;
  /** Accuracy on the samples with which the ranges were compared; null if the range follows from the network itself. */
  readonly accuracy: number | null;
}

/** Describes the chosen pixel range in one line. */
export function describeScale(classifier: Classifier, { name, why }: ChosenScale): string {
  return `Input of ${classifier.name}: ${pixelScales[name].title} (${why}).`;
}

/**
 * Finds the pixel range that a network was trained with. If the network contains a layer that rescales pixels, returns
 * raw pixels. Otherwise, predicts some of the samples in each range and returns the range with the highest accuracy; if
 * several ranges reach it, the one with the lowest cross-entropy.
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
