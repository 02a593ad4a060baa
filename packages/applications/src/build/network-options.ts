import {
  anyOf,
  boolean,
  functionOf,
  type Kind,
  type KindsOf,
  kind,
  listOf,
  name,
  nullable,
  oneOf,
  optional,
  positiveInteger,
  text,
} from '@manabi/errors';
import { type ActivationIdentifier, isSymbolic, type SymbolicTensor } from '@manabi/layers';
import { type DownloadOptions, downloadKind, type WeightsSource, weightsKind } from '../weights/weights-source.ts';

/** Options of all networks, with the names and rules of Keras. */
export interface NetworkOptions {
  /**
   * Whether the network ends with the classifier (default: true). Without it, the output are the features of the last
   * block.
   */
  readonly includeTop?: boolean;
  /**
   * Initial weights: `'imagenet'` for the weights that Keras publishes (default), null for random ones, or a file: a
   * path, a URL, a `Blob`, bytes or a store with `.h5`, `.weights.h5`, `.keras`, safetensors or npz, or the
   * `model.json` of TensorFlow.js. URLs are downloaded once and cached.
   */
  readonly weights?: WeightsSource | 'imagenet' | null;
  /** Options for the download of weights: `sha256`, `cacheDirectory`, `onProgress`, `signal`, … */
  readonly download?: DownloadOptions;
  /** Symbolic tensor to use as the image input, such as the output of preprocessing layers (default: a new input). */
  readonly inputTensor?: SymbolicTensor | null;
  /**
   * Shape of the input images, [height, width, channels], with null for lengths that may vary. By default, the size for
   * which the network was designed, or [null, null, 3] without the classifier.
   */
  readonly inputShape?: readonly (number | null)[] | null;
  /**
   * Global pooling of the features of a network without classifier: `'avg'`, `'max'`, or null for the feature maps
   * (default: null).
   */
  readonly pooling?: 'avg' | 'max' | null;
  /** Number of classes of the classifier (default: 1000). */
  readonly classes?: number;
  /** Activation of the classifier; null for logits (default: `'softmax'`). */
  readonly classifierActivation?: ActivationIdentifier | null;
  /** Name of the model (default: the name in Keras). */
  readonly name?: string;
}

/** Option of networks that may contain their own preprocessing. */
export interface PreprocessingOption {
  /** Whether the network begins with the layers that scale pixels in [0, 255] (default: true). */
  readonly includePreprocessing?: boolean;
}

const symbolKind: Kind<SymbolicTensor> = kind('a symbolic tensor from input() or layer.apply()', isSymbolic);

const activationKind: Kind<ActivationIdentifier | null> = nullable(
  anyOf(text, functionOf<Exclude<ActivationIdentifier, string>>()),
) as Kind<ActivationIdentifier | null>; // the classifier rejects unknown names, with the nearest ones

/** Validators for the options of all networks. */
export const networkKinds = {
  includeTop: optional(boolean, true),
  weights: optional(weightsKind, 'imagenet'),
  download: optional(downloadKind),
  inputTensor: optional(nullable(symbolKind), null),
  inputShape: optional(nullable(listOf(nullable(positiveInteger), { length: 3 })), null),
  pooling: optional(nullable(oneOf('avg', 'max'))),
  classes: optional(positiveInteger),
  classifierActivation: optional(activationKind),
  name: optional(name),
} satisfies KindsOf<NetworkOptions>;

/** Validator for `includePreprocessing`. */
export const preprocessingKinds = {
  includePreprocessing: optional(boolean, true),
} satisfies KindsOf<PreprocessingOption>;
