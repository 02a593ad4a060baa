import { firstRows } from '../data/first-rows.ts';
import type { Samples } from '../recipes/index.ts';
import type { Classifier } from './classifier.ts';
import { type PixelScaleName, pixelScaleNames, pixelScales, scaledPixels } from './pixel-scales.ts';
import { agreement } from './scores.ts';

/** Enough to tell a network that sees what it was trained with from one that does not. */
const SAMPLES = 1000;

/** The range of pixels that a network takes, and how that is known. */
export interface ChosenScale {
  readonly name: PixelScaleName;
  readonly why: string;
  /** Accuracy on the samples that were tried; null if none were. */
  readonly accuracy: number | null;
}

/** What a network is given, in a line for people. */
export function describeScale(classifier: Classifier, { name, why }: ChosenScale): string {
  return `${classifier.name} is given ${pixelScales[name].title} (${why}).`;
}

/**
 * Finds the range of pixels that a network was trained with: raw if it scales them itself, else the one in which it names
 * most of a sample rightly; of those that do equally well, the one with the smallest cross-entropy.
 *
 * @param samples pixels from 0 to 255, in the network's shape, and their labels
 * @throws ManabiError `shape` if its scores do not fit the labels
 */
export async function chooseScale(classifier: Classifier, { x, y }: Samples): Promise<ChosenScale> {
  if (classifier.scalesPixels === true) return { name: 'raw', why: 'the network scales them itself', accuracy: null };
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
