import type { Json } from '../json.ts';

/** Layers that Keras 2 lacks or does not load from `.h5`. */
export const NOT_IN_KERAS_2: ReadonlySet<string> = new Set([
  'AdaptiveAveragePooling1D',
  'AdaptiveAveragePooling2D',
  'AdaptiveAveragePooling3D',
  'AdaptiveMaxPooling1D',
  'AdaptiveMaxPooling2D',
  'AdaptiveMaxPooling3D',
  'AugMix',
  'AutoContrast',
  'CutMix',
  'Equalization',
  'GroupQueryAttention',
  'MaxNumBoundingBoxes',
  'MelSpectrogram',
  'MixUp',
  'Pipeline',
  'RMSNormalization',
  'RandAugment',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
  'ReversibleEmbedding',
  'STFTSpectrogram',
  'Solarization',
  'SpectralNormalization',
]);

/** Activations that Keras 2 lacks. */
export const ACTIVATIONS_NOT_IN_KERAS_2: ReadonlySet<string> = new Set([
  'celu',
  'glu',
  'hard_shrink',
  'hard_silu',
  'hard_swish',
  'hard_tanh',
  'log_sigmoid',
  'soft_shrink',
  'sparse_plus',
  'sparse_sigmoid',
  'sparsemax',
  'squareplus',
  'tanh_shrink',
  'threshold',
]);

/** Optimizers of Keras 2. */
export const OPTIMIZERS_OF_KERAS_2: ReadonlySet<string> = new Set([
  'Adadelta',
  'Adafactor',
  'Adagrad',
  'Adam',
  'AdamW',
  'Adamax',
  'Ftrl',
  'Lion',
  'Nadam',
  'RMSprop',
  'SGD',
]);

/** Optimizers whose state has other variables in Keras 2, and is therefore neither written nor read. */
export const OTHER_STATE_IN_KERAS_2: ReadonlySet<string> = new Set(['Adafactor', 'Nadam']);

/** Losses and metrics that Keras 2 lacks. */
export const OBJECTIVES_NOT_IN_KERAS_2: ReadonlySet<string> = new Set([
  'CTC',
  'CategoricalGeneralizedCrossEntropy',
  'Circle',
  'ConcordanceCorrelation',
  'Dice',
  'PearsonCorrelation',
  'Tversky',
]);

type HasNoEffect = (value: Json) => boolean;
const isUnset: HasNoEffect = (value) => value === null;
const isFalse: HasNoEffect = (value) => value === false;
const isAny: HasNoEffect = () => true;
const isChannelsLast: HasNoEffect = (value) => value === null || value === 'channels_last';
const isList =
  (...values: readonly number[]): HasNoEffect =>
  (value) =>
    JSON.stringify(value) === JSON.stringify(values);

const OF_IMAGE_LAYERS = { bounding_box_format: isUnset, data_format: isChannelsLast };
const OF_RECURRENT_LAYERS = { use_cudnn: isAny };
const OF_SIMPLE_RECURRENT_LAYERS = { seed: isAny, zero_output_for_mask: isFalse };

/**
 * Options of Keras 3 that Keras 2 lacks, by layer class. Each has a function that returns whether a value has no effect on
 * predictions; other values cannot be written. `seed` affects only dropout during training.
 */
export const OPTIONS_NOT_IN_KERAS_2: Readonly<Record<string, Readonly<Record<string, HasNoEffect>>>> = {
  AdditiveAttention: { score_mode: isAny },
  CenterCrop: OF_IMAGE_LAYERS,
  ConvLSTM1D: OF_SIMPLE_RECURRENT_LAYERS,
  ConvLSTM2D: OF_SIMPLE_RECURRENT_LAYERS,
  ConvLSTM3D: OF_SIMPLE_RECURRENT_LAYERS,
  Dense: { quantization_config: isUnset },
  EinsumDense: { quantization_config: isUnset },
  Embedding: { quantization_config: isUnset },
  GRU: OF_RECURRENT_LAYERS,
  IntegerLookup: { oov_method: (value) => value === 'floormod', salt: isUnset },
  LSTM: OF_RECURRENT_LAYERS,
  LayerNormalization: { rms_scaling: isFalse },
  MultiHeadAttention: { flash_attention: isAny, seed: isAny, sliding_window: isUnset, use_gate: isFalse },
  RandomBrightness: OF_IMAGE_LAYERS,
  RandomContrast: { ...OF_IMAGE_LAYERS, value_range: isList(0, 255) },
  RandomCrop: OF_IMAGE_LAYERS,
  RandomFlip: OF_IMAGE_LAYERS,
  RandomRotation: OF_IMAGE_LAYERS,
  RandomTranslation: OF_IMAGE_LAYERS,
  RandomZoom: OF_IMAGE_LAYERS,
  Resizing: {
    ...OF_IMAGE_LAYERS,
    antialias: isFalse,
    fill_mode: (value) => value === 'constant',
    fill_value: (value) => value === 0,
    pad_to_aspect_ratio: isFalse,
  },
  SimpleRNN: OF_SIMPLE_RECURRENT_LAYERS,
  StringLookup: { oov_method: isAny, salt: isUnset },
  // An option of manabi, which Keras lacks.
  TextVectorization: { locale: isUnset },
  ZeroPadding1D: { data_format: isChannelsLast },
};

/** Options that are omitted if they have their default value, by layer class. */
export const OMITTED_DEFAULTS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  // Keras 3 looks up the text 'dot' as a function.
  Attention: { score_mode: 'dot' },
  // Keras 2 before version 2.12 does not have this option.
  BatchNormalization: { synchronized: false },
  // Keras 2 before version 2.15 does not have this option.
  InputLayer: { optional: false },
};

/** Options that have another name in Keras 2, by layer class. */
export const NAMES_IN_KERAS_2: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  InputLayer: { batch_shape: 'batch_input_shape' },
  LeakyReLU: { negative_slope: 'alpha' },
};
