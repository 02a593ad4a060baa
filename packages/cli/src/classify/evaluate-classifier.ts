import { adaptShape } from '../data/adapt-shape.ts';
import type { Samples } from '../recipes/index.ts';
import { chooseScale, describeScale } from './choose-scale.ts';
import type { Classifier } from './classifier.ts';
import type { PixelScaleName } from './pixel-scales.ts';
import { pixelsOf } from './pixels.ts';
import { scaledPixels } from './scaled-pixels.ts';
import { type Agreement, agreement } from './scores.ts';

/** Result of evaluating a classifier: accuracy, cross-entropy and pixel range. */
export interface Evaluation extends Agreement {
  readonly samples: number;
  /** Pixel range of the input; null for data other than images. */
  readonly scale: PixelScaleName | null;
}

/**
 * Computes the accuracy and the cross-entropy of a classifier on samples. The samples are first converted to the
 * classifier's input shape and pixel range.
 *
 * @param scale the pixel range; null to find it by comparing the accuracy in each range
 * @param note receives a line that describes the pixel range, if it was determined
 * @throws ManabiError `shape` if the classifier cannot take these samples, or its scores do not match the labels
 */
export async function evaluateClassifier(
  classifier: Classifier,
  { x, y }: Samples,
  requested: PixelScaleName | null,
  note: (text: string) => void,
): Promise<Evaluation> {
  const shaped = adaptShape(x, classifier.input.shape, classifier.name);
  const pixels = pixelsOf(shaped);
  const scale = pixels === null ? null : await scaleFor(classifier, { x: pixels, y }, requested, note);
  const given = pixels === null || scale === null ? shaped : scaledPixels(pixels, scale);
  const agreed = agreement(await classifier.predict(given), y);
  return { ...agreed, samples: x.shape[0], scale };
}

/** Returns the requested pixel range; if none was requested, finds it by comparing the accuracy in each range. */
async function scaleFor(
  classifier: Classifier,
  pixels: Samples,
  requested: PixelScaleName | null,
  note: (text: string) => void,
): Promise<PixelScaleName> {
  if (requested !== null) return requested;
  const chosen = await chooseScale(classifier, pixels);
  note(describeScale(classifier, chosen));
  return chosen.name;
}
