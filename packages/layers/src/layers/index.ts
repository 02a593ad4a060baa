export type { Numbers } from '../structure/nested-numbers.ts';
export {
  type ActivationOptions,
  activation,
  type ELUOptions,
  elu,
  type LeakyReLUOptions,
  leakyReLU,
  type ReLUOptions,
  reLU,
} from './activation/activation.ts';
export { type PReLUOptions, prelu } from './activation/prelu.ts';
export { type SoftmaxOptions, softmax } from './activation/softmax.ts';
export {
  type AdditiveAttentionOptions,
  type AttentionOptions,
  additiveAttention,
  attention,
  type SingleHeadOptions,
} from './attention/attention.ts';
export { type GroupQueryAttentionOptions, groupQueryAttention } from './attention/group-query-attention.ts';
export { type MultiHeadAttentionOptions, multiHeadAttention } from './attention/multi-head-attention.ts';
export { type AutoContrastOptions, autoContrast } from './augmentation/color/auto-contrast.ts';
export { type EqualizationOptions, equalization } from './augmentation/color/equalization.ts';
export type { ValueRangeOptions } from './augmentation/color/random-brightness.ts';
export { type RandomBrightnessOptions, randomBrightness } from './augmentation/color/random-brightness.ts';
export {
  type RandomColorDegenerationOptions,
  randomColorDegeneration,
} from './augmentation/color/random-color-degeneration.ts';
export { type RandomColorJitterOptions, randomColorJitter } from './augmentation/color/random-color-jitter.ts';
export { type RandomContrastOptions, randomContrast } from './augmentation/color/random-contrast.ts';
export { type RandomGaussianBlurOptions, randomGaussianBlur } from './augmentation/color/random-gaussian-blur.ts';
export { type RandomGrayscaleOptions, randomGrayscale } from './augmentation/color/random-grayscale.ts';
export { type RandomHueOptions, randomHue } from './augmentation/color/random-hue.ts';
export { type RandomInvertOptions, randomInvert } from './augmentation/color/random-invert.ts';
export { type RandomPosterizationOptions, randomPosterization } from './augmentation/color/random-posterization.ts';
export { type RandomSaturationOptions, randomSaturation } from './augmentation/color/random-saturation.ts';
export { type RandomSharpnessOptions, randomSharpness } from './augmentation/color/random-sharpness.ts';
export { type SolarizationOptions, solarization } from './augmentation/color/solarization.ts';
export type { Factor } from './augmentation/factors.ts';
export type { GeometricOptions } from './augmentation/geometry/geometric.ts';
export { type RandomCropOptions, randomCrop } from './augmentation/geometry/random-crop.ts';
export {
  type RandomElasticTransformOptions,
  randomElasticTransform,
} from './augmentation/geometry/random-elastic-transform.ts';
export { type RandomErasingOptions, randomErasing } from './augmentation/geometry/random-erasing.ts';
export { type RandomFlipOptions, randomFlip } from './augmentation/geometry/random-flip.ts';
export { type RandomPerspectiveOptions, randomPerspective } from './augmentation/geometry/random-perspective.ts';
export { type RandomRotationOptions, randomRotation } from './augmentation/geometry/random-rotation.ts';
export { type RandomShearOptions, randomShear } from './augmentation/geometry/random-shear.ts';
export { type RandomTranslationOptions, randomTranslation } from './augmentation/geometry/random-translation.ts';
export { type RandomZoomOptions, randomZoom } from './augmentation/geometry/random-zoom.ts';
export type {
  AugmentationOptions,
  AugmentedImages,
  AugmentOptions,
  LabeledImages,
  RandomAugmentationOptions,
} from './augmentation/image-augmentation.ts';
export { type AugMixOptions, augMix } from './augmentation/mixing/aug-mix.ts';
export { type CutMixOptions, cutMix } from './augmentation/mixing/cut-mix.ts';
export { type MixUpOptions, mixUp } from './augmentation/mixing/mix-up.ts';
export { type PipelineOptions, pipeline } from './augmentation/mixing/pipeline.ts';
export { type RandAugmentOptions, randAugment } from './augmentation/mixing/rand-augment.ts';
export {
  type Conv1DOptions,
  type ConvolutionOptions,
  conv1d,
  conv2d,
  conv3d,
} from './convolution/convolution.ts';
export type { FilterOptions, KernelOptions, SpatialPadding } from './convolution/convolution-options.ts';
export {
  type ConvolutionTransposeOptions,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
} from './convolution/convolution-transpose.ts';
export {
  type DepthwiseConvolutionOptions,
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
} from './convolution/depthwise-convolution.ts';
export {
  type SeparableConvolutionOptions,
  separableConv1d,
  separableConv2d,
} from './convolution/separable-convolution.ts';
export { type DenseOptions, dense } from './core/dense.ts';
export { type EinsumDenseOptions, einsumDense } from './core/einsum-dense.ts';
export { type EmbeddingOptions, embedding } from './core/embedding.ts';
export { type InputOptions, input, inputLayer } from './core/input-layer.ts';
export {
  identity,
  type LambdaArguments,
  type LambdaFunction,
  type LambdaMask,
  type LambdaOptions,
  lambda,
} from './core/lambda.ts';
export { type MaskingOptions, masking } from './core/masking.ts';
export { type WrapperOptions, wrapper } from './core/wrapper.ts';
export type { DataFormat } from './images/data-format.ts';
export { type ConcatenateOptions, concatenate } from './merging/concatenate.ts';
export { type DotOptions, dot } from './merging/dot.ts';
export { add, average, maximum, minimum, multiply, subtract } from './merging/elementwise-merging.ts';
export { type BatchNormalizationOptions, batchNormalization } from './normalization/batch-normalization.ts';
export type { RenormClipping } from './normalization/batch-renormalization.ts';
export { type GroupNormalizationOptions, groupNormalization } from './normalization/group-normalization.ts';
export { type LayerNormalizationOptions, layerNormalization } from './normalization/layer-normalization.ts';
export {
  type RMSNormalizationOptions,
  rmsNormalization,
  type UnitNormalizationOptions,
  unitNormalization,
} from './normalization/rms-normalization.ts';
export { type SpectralNormalizationOptions, spectralNormalization } from './normalization/spectral-normalization.ts';
export {
  type AdaptivePoolingOptions,
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
} from './pooling/adaptive-pooling.ts';
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
} from './pooling/global-pooling.ts';
export {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
  type PoolingOptions,
} from './pooling/pooling.ts';
export {
  type CategoryEncodingOptions,
  categoryEncoding,
  type EncodingMode,
} from './preprocessing/category-encoding.ts';
export { type DiscretizationOptions, discretization } from './preprocessing/discretization.ts';
export type { CategoryMode } from './preprocessing/encode-categories.ts';
export type { LookupMode } from './preprocessing/encode-indices.ts';
export type { Hashable } from './preprocessing/hashing/hash-layer.ts';
export { type HashedCrossingOptions, hashedCrossing } from './preprocessing/hashing/hashed-crossing.ts';
export { type HashingOptions, hashing } from './preprocessing/hashing/hashing.ts';
export { type StringInputOptions, stringInput } from './preprocessing/hashing/string-input.ts';
export { type IntegerData, type IntegerLookupOptions, integerLookup } from './preprocessing/integer-lookup.ts';
export type { Interpolation } from './preprocessing/interpolation.ts';
export type { LookupOptions } from './preprocessing/lookup-layer.ts';
export { type AdaptData, type NormalizationOptions, normalization } from './preprocessing/normalization.ts';
export { type RescalingOptions, rescaling } from './preprocessing/rescaling.ts';
export { type CenterCropOptions, centerCrop, type ResizingOptions, resizing } from './preprocessing/resizing.ts';
export { type StringData, type StringLookupOptions, stringLookup } from './preprocessing/string-lookup.ts';
export type { Split, Standardize } from './preprocessing/text-steps.ts';
export { type Texts, type TextVectorizationOptions, textVectorization } from './preprocessing/text-vectorization.ts';
export type { TokenRows } from './preprocessing/token-rows.ts';
export { type BidirectionalOptions, bidirectional, type MergeMode } from './recurrent/bidirectional.ts';
export { type ConvLSTMOptions, convLstm1d, convLstm2d, convLstm3d } from './recurrent/conv-lstm.ts';
export type { ConvLSTMCellOptions } from './recurrent/conv-lstm-cell.ts';
export { type GRUCellOptions, type GRUOptions, gru, gruCell } from './recurrent/gru.ts';
export { type LSTMCellOptions, type LSTMOptions, lstm, lstmCell } from './recurrent/lstm.ts';
export type { CellOptions, GateOptions, SequenceOptions } from './recurrent/recurrent-options.ts';
export { type RNNOptions, rnn } from './recurrent/rnn.ts';
export { type SimpleRNNCellOptions, type SimpleRNNOptions, simpleRNN, simpleRNNCell } from './recurrent/simple-rnn.ts';
export { type StackedRNNCellsOptions, stackedRNNCells } from './recurrent/stacked-rnn-cells.ts';
export { timeDistributed } from './recurrent/time-distributed.ts';
export {
  type ActivityRegularizationOptions,
  activityRegularization,
} from './regularization/activity-regularization.ts';
export {
  type DropoutOptions,
  dropout,
  type RateOptions,
  type SpatialDropoutOptions,
  spatialDropout1d,
  spatialDropout2d,
  spatialDropout3d,
} from './regularization/dropout.ts';
export { alphaDropout, type GaussianNoiseOptions, gaussianDropout, gaussianNoise } from './regularization/noise.ts';
export {
  type Cropping1DOptions,
  type CroppingOptions,
  cropping1d,
  cropping2d,
  cropping3d,
} from './reshaping/cropping.ts';
export type { Margin, Margins } from './reshaping/margins.ts';
export {
  type FlattenOptions,
  flatten,
  type PermuteOptions,
  permute,
  type RepeatVectorOptions,
  type ReshapeOptions,
  repeatVector,
  reshape,
} from './reshaping/reshape.ts';
export {
  type UpSampling1DOptions,
  type UpSampling2DOptions,
  type UpSampling3DOptions,
  upSampling1d,
  upSampling2d,
  upSampling3d,
} from './reshaping/up-sampling.ts';
export {
  type ZeroPadding1DOptions,
  type ZeroPaddingOptions,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
} from './reshaping/zero-padding.ts';
