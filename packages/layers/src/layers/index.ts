export type { Numbers } from '../nested-numbers.ts';
export {
  type ActivationOptions,
  activation,
  type ELUOptions,
  elu,
  type LeakyReLUOptions,
  leakyReLU,
  type ReLUOptions,
  reLU,
} from './activation.ts';
export { type ActivityRegularizationOptions, activityRegularization } from './activity-regularization.ts';
export {
  type AdaptivePoolingOptions,
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
} from './adaptive-pooling.ts';
export {
  type AdditiveAttentionOptions,
  type AttentionOptions,
  additiveAttention,
  attention,
  type SingleHeadOptions,
} from './attention.ts';
export { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
export type { RenormClipping } from './batch-renormalization.ts';
export { type BidirectionalOptions, bidirectional, type MergeMode } from './bidirectional.ts';
export { type CategoryEncodingOptions, categoryEncoding, type EncodingMode } from './category-encoding.ts';
export { type ConcatenateOptions, concatenate } from './concatenate.ts';
export { type ConvLSTMOptions, convLstm1d, convLstm2d, convLstm3d } from './conv-lstm.ts';
export type { ConvLSTMCellOptions } from './conv-lstm-cell.ts';
export {
  type Conv1DOptions,
  type ConvolutionOptions,
  conv1d,
  conv2d,
  conv3d,
} from './convolution.ts';
export type { FilterOptions, KernelOptions, SpatialPadding } from './convolution-options.ts';
export {
  type ConvolutionTransposeOptions,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
} from './convolution-transpose.ts';
export { type Cropping1DOptions, type CroppingOptions, cropping1d, cropping2d, cropping3d } from './cropping.ts';
export type { DataFormat } from './data-format.ts';
export { type DenseOptions, dense } from './dense.ts';
export {
  type DepthwiseConvolutionOptions,
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
} from './depthwise-convolution.ts';
export { type DotOptions, dot } from './dot.ts';
export {
  type DropoutOptions,
  dropout,
  type RateOptions,
  type SpatialDropoutOptions,
  spatialDropout1d,
  spatialDropout2d,
  spatialDropout3d,
} from './dropout.ts';
export { type EinsumDenseOptions, einsumDense } from './einsum-dense.ts';
export { add, average, maximum, minimum, multiply, subtract } from './elementwise-merging.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
} from './global-pooling.ts';
export { type GroupNormalizationOptions, groupNormalization } from './group-normalization.ts';
export { type GroupQueryAttentionOptions, groupQueryAttention } from './group-query-attention.ts';
export { type GRUCellOptions, type GRUOptions, gru, gruCell } from './gru.ts';
export { type InputOptions, input, inputLayer } from './input-layer.ts';
export type { Interpolation } from './interpolation.ts';
export {
  identity,
  type LambdaArguments,
  type LambdaFunction,
  type LambdaMask,
  type LambdaOptions,
  lambda,
} from './lambda.ts';
export { type LayerNormalizationOptions, layerNormalization } from './layer-normalization.ts';
export { type LSTMCellOptions, type LSTMOptions, lstm, lstmCell } from './lstm.ts';
export type { Margin, Margins } from './margins.ts';
export { type MaskingOptions, masking } from './masking.ts';
export { type MultiHeadAttentionOptions, multiHeadAttention } from './multi-head-attention.ts';
export { alphaDropout, type GaussianNoiseOptions, gaussianDropout, gaussianNoise } from './noise.ts';
export { type AdaptData, type NormalizationOptions, normalization } from './normalization.ts';
export {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
  type PoolingOptions,
} from './pooling.ts';
export { type PReLUOptions, prelu } from './prelu.ts';
export type { CellOptions, GateOptions, SequenceOptions } from './recurrent-options.ts';
export { type RescalingOptions, rescaling } from './rescaling.ts';
export {
  type FlattenOptions,
  flatten,
  type PermuteOptions,
  permute,
  type RepeatVectorOptions,
  type ReshapeOptions,
  repeatVector,
  reshape,
} from './reshape.ts';
export { type CenterCropOptions, centerCrop, type ResizingOptions, resizing } from './resizing.ts';
export {
  type RMSNormalizationOptions,
  rmsNormalization,
  type UnitNormalizationOptions,
  unitNormalization,
} from './rms-normalization.ts';
export { type RNNOptions, rnn } from './rnn.ts';
export { type SeparableConvolutionOptions, separableConv1d, separableConv2d } from './separable-convolution.ts';
export { type SimpleRNNCellOptions, type SimpleRNNOptions, simpleRNN, simpleRNNCell } from './simple-rnn.ts';
export { type SoftmaxOptions, softmax } from './softmax.ts';
export { type SpectralNormalizationOptions, spectralNormalization } from './spectral-normalization.ts';
export { type StackedRNNCellsOptions, stackedRNNCells } from './stacked-rnn-cells.ts';
export { timeDistributed } from './time-distributed.ts';
export {
  type UpSampling1DOptions,
  type UpSampling2DOptions,
  type UpSampling3DOptions,
  upSampling1d,
  upSampling2d,
  upSampling3d,
} from './up-sampling.ts';
export { type WrapperOptions, wrapper } from './wrapper.ts';
export {
  type ZeroPadding1DOptions,
  type ZeroPaddingOptions,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
} from './zero-padding.ts';
