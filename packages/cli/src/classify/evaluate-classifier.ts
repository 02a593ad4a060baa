import { adaptShape } from '../data/adapt-shape.ts';
import type { Samples } from '../recipes/index.ts';
import { chooseScale, describeScale } from './choose-scale.ts';
import type { Classifier } from './classifier.ts';
import { type PixelScaleName, scaledPixels } from './pixel-scales.ts';
import { pixelsOf } from './pixels.ts';
import { type Agreement, agreement } from './scores.ts';

/** How well a classifier does, and what it was given. */
export interface Evaluation extends Agreement {
  readonly samples: number;
  /** Null for data that are no images. */
  readonly scale: PixelScaleName | null;
}

/**
 * Tests a classifier on samples in whatever shape and range of pixels it was trained with.
 *
 * @param asked the range of pixels; null to find it
 * @param note told what was found
 * @throws ManabiError `shape` if it cannot take such samples, or its scores do not fit the labels
 */
export async function evaluateClassifier(
  classifier: Classifier,
  { x, y }: Samples,
  asked: PixelScaleName | null,
  note: (text: string) => void,
): Promise<Evaluation> {
  const shaped = adaptShape(x, classifier.input.shape, classifier.name);
  const pixels = pixelsOf(shaped);
  const scale = pixels === null ? null : await scaleFor(classifier, { x: pixels, y }, asked, note);
  const given = pixels === null || scale === null ? shaped : scaledPixels(pixels, scale);
  const agreed = agreement(await classifier.predict(given), y);
  return { ...agreed, samples: x.shape[0], scale };
}

/** The range that was asked for, or the one that is found. */
async function scaleFor(
  classifier: Classifier,
  pixels: Samples,
  asked: PixelScaleName | null,
  note: (text: string) => void,
): Promise<PixelScaleName> {
  if (asked !== null) return asked;
  const chosen = await chooseScale(classifier, pixels);
  note(describeScale(classifier, chosen));
  return chosen.name;
}
