import { type Functional, freeze, type Layer, layers, type Model, sequential } from 'manabi';
import { baseNamed } from './bases.ts';

/** A pretrained network with a new classifier. */
export interface PhotoNetwork {
  /** Maps images, with pixels in [0, 255], to features. */
  readonly extractor: Model;
  /** Maps features to probabilities. */
  readonly head: Model;
  /** Maps images to probabilities; augments them in training. Consists of the layers of the other two. */
  readonly whole: Model;
  readonly base: Functional;
}

/** Fraction of the features that the classifier drops in training. */
const DROPPED = 0.3;

/** Creates a network that classifies images, with the weights of a pretrained network. */
export async function photoNetwork(
  name: string,
  weights: string,
  [height, width]: readonly [number, number],
  classes: number,
): Promise<PhotoNetwork> {
  const inputShape = [height, width, 3];
  const { build, scaling } = baseNamed(name);
  const base = await build({ weights, includeTop: false, pooling: 'avg', inputShape });
  const features = base.outputTypes?.[0].shape.at(-1) ?? null;
  const classifier: Layer[] = [
    layers.dropout({ rate: DROPPED, ...(features === null ? {} : { inputShape: [features] }) }),
    layers.dense({ units: classes, activation: 'softmax' }),
  ];
  const toFeatures: Layer[] = [...(scaling === null ? [] : [scaling()]), base];
  const augmentation = [
    layers.randomFlip({ mode: 'horizontal', inputShape }),
    layers.randomRotation({ factor: 0.05 }),
    layers.randomZoom({ heightFactor: 0.1 }),
  ];
  return {
    extractor: sequential(toFeatures),
    head: sequential(classifier),
    whole: sequential([...augmentation, ...toFeatures, ...classifier]),
    base,
  };
}

/**
 * Unfreezes the pretrained network, except its batch normalization: the few images of a batch would change the statistics that
 * it learned from ImageNet.
 */
export function unfreezeBase(base: Functional): void {
  base.trainable = true;
  if (base.layers.some(isBatchNormalization)) freeze(base, isBatchNormalization);
}

function isBatchNormalization({ className }: Layer): boolean {
  return className === 'BatchNormalization';
}
