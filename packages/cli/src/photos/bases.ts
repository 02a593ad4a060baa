import { didYouMean } from '@manabi/errors/internal';
import { applications, type Functional, type Layer, layers } from 'manabi';
import { UsageError } from '../usage-error.ts';
import { type BaseName, baseNames } from './base-names.ts';

/** Options with which the base network is created. */
interface BaseOptions {
  readonly weights: string;
  readonly includeTop: false;
  readonly pooling: 'avg';
  readonly inputShape: readonly number[];
}

/** A pretrained network without its classifier. */
interface Base {
  /** Creates the network, which returns one vector of features per image. */
  readonly build: (options: BaseOptions) => Promise<Functional>;
  /** Creates the layer that scales pixels in [0, 255]; null if the network does so itself. */
  readonly scaling: (() => Layer) | null;
}

const symmetric = (): Layer => layers.rescaling({ scale: 1 / 127.5, offset: -1 });

function mobileNetV1(alpha: number): Base {
  return { build: (options) => applications.mobileNet({ ...options, alpha }), scaling: symmetric };
}

/** The networks that `--base` accepts. */
const bases: Readonly<Record<BaseName, Base>> = {
  'mobilenet-v1-0.25': mobileNetV1(0.25),
  'mobilenet-v1-0.5': mobileNetV1(0.5),
  'mobilenet-v1-0.75': mobileNetV1(0.75),
  'mobilenet-v1-1.0': mobileNetV1(1),
  'mobilenet-v2': { build: applications.mobileNetV2, scaling: symmetric },
  'mobilenet-v3-small': { build: applications.mobileNetV3Small, scaling: null },
  'mobilenet-v3-large': { build: applications.mobileNetV3Large, scaling: null },
  'efficientnet-b0': { build: applications.efficientNetB0, scaling: null },
  'efficientnet-v2-b0': { build: applications.efficientNetV2B0, scaling: null },
  'resnet50-v2': { build: applications.resNet50V2, scaling: symmetric },
  'inception-v3': { build: applications.inceptionV3, scaling: symmetric },
  xception: { build: applications.xception, scaling: symmetric },
};

/**
 * Returns the network with a name.
 *
 * @throws UsageError for an unknown name, with the nearest names
 */
export function baseNamed(name: string): Base {
  const base = new Map<string, Base>(Object.entries(bases)).get(name);
  if (base !== undefined) return base;
  throw new UsageError(`--base: unknown network '${name}'. ${didYouMean(name, baseNames)}`);
}
