import type { OptionValues } from '@manabi/errors';
import type { ActivationIdentifier, SymbolicTensor } from '@manabi/layers';
import type { PublishedFile } from '../weights/published.ts';
import type { networkKinds } from './network-options.ts';

/** Checked options of a network. */
export type BuildOptions = OptionValues<typeof networkKinds>;

/** Image sizes of a network. */
export interface ImageSizes {
  /** Height and width of the images for which the network was designed. */
  readonly size: number;
  /** Smallest height and width. */
  readonly minSize: number;
  /** Whether the classifier accepts images of any size (default: false). */
  readonly anySizeWithTop?: boolean;
  /** Whether height and width must also be known without classifier (default: false). */
  readonly needsSize?: boolean;
}

/** Options of a classifier. */
export interface Head {
  readonly classes: number;
  readonly activation: ActivationIdentifier | null;
}

/** Architecture of a network: how its layers follow each other. */
export interface Architecture extends ImageSizes {
  /** Default name of the model. */
  readonly name: string;
  /** Returns the features of images. */
  readonly body: (images: SymbolicTensor) => SymbolicTensor;
  /** Returns the scores of the classes from the features. */
  readonly top: (features: SymbolicTensor, head: Head) => SymbolicTensor;
  /** Names of the layers that pool the features of a network without classifier (default: automatic names). */
  readonly poolNames?: { readonly avg: string; readonly max: string };
  /** Returns the output of a network without classifier from its features, pooled or not (default: unchanged). */
  readonly afterPooling?: (features: SymbolicTensor) => SymbolicTensor;
  /** Returns the published weights; throws an error that names the variants that have some. */
  readonly published: (includeTop: boolean) => PublishedFile;
}
