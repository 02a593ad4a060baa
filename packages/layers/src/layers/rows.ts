import type { ClassRow, FactoryName, RowsInFiles, Unnamed } from '../registry/class-row.ts';

/** How Python code passes inputs to a Keras layer. */
export type CallForm =
  /** `layer(x)`, or `layer([x, y])` for several inputs. */
  | 'plain'
  /** `layer(query, value, key, attention_mask=mask)`. */
  | 'heads'
  /** `layer(x, initial_state=[...])`. */
  | 'recurrent'
  /** `cell(x, [states])`. */
  | 'cell';

/**
 * Descriptor of a Keras layer class: the file with its code, and how model files and Python code refer to the class.
 */
export interface LayerRow extends ClassRow {
  /** How Python code passes inputs to the layer (default: `plain`). */
  readonly call?: CallForm;
  /** Whether a plain call takes a list of tensors (default: false, one tensor). */
  readonly several?: boolean;
  /** Class name that Keras uses in the paths of weights, if it differs from the public one. */
  readonly pathName?: string;
  /**
   * Keras attributes that hold sublayers, mapped to the names of the fields here, in the order in which Keras visits
   * them.
   */
  readonly within?: Readonly<Record<string, string>>;
  /** Module of the class in Keras (default: `keras.layers`). */
  readonly module?: string;
  /** Options that Keras's constructor lacks. */
  readonly without?: readonly string[];
}

const CELL = { call: 'cell' } as const;
const RECURRENT = { call: 'recurrent', within: { cell: 'cell' } } as const;
const WRAPPER = { within: { layer: 'layer' } };
const SEVERAL = { several: true };
const UNTRAINED = { without: ['trainable'] };

type Exports = typeof import('./index.ts');

/**
 * Table of the Keras layers, with an entry for each exported factory (`input` creates an `InputLayer`). The file of a
 * family is loaded when a model with one of its layers is loaded.
 */
export const layerRows = {
  // activation
  activation: { load: () => import('./activation/activation.ts') },
  elu: { className: 'ELU', load: () => import('./activation/activation.ts') },
  leakyReLU: { load: () => import('./activation/activation.ts') },
  prelu: { className: 'PReLU', load: () => import('./activation/prelu.ts') },
  reLU: { namesInFiles: ['ThresholdedReLU'], load: () => import('./activation/activation.ts') },
  softmax: { load: () => import('./activation/softmax.ts') },
  // attention
  additiveAttention: { ...SEVERAL, load: () => import('./attention/attention.ts') },
  attention: { ...SEVERAL, load: () => import('./attention/attention.ts') },
  groupQueryAttention: {
    namesInFiles: ['GroupedQueryAttention'],
    call: 'heads',
    pathName: 'GroupedQueryAttention',
    within: {
      _gate_dense: 'gateDense',
      _key_dense: 'keyDense',
      _output_dense: 'outputDense',
      _query_dense: 'queryDense',
      _value_dense: 'valueDense',
    },
    load: () => import('./attention/group-query-attention.ts'),
  },
  multiHeadAttention: {
    call: 'heads',
    within: {
      key_dense: 'keyDense',
      output_dense: 'outputDense',
      query_dense: 'queryDense',
      value_dense: 'valueDense',
      _gate_dense: 'gateDense',
    },
    load: () => import('./attention/multi-head-attention.ts'),
  },
  // augmentation
  augMix: { load: () => import('./augmentation/mixing/index.ts') },
  autoContrast: { load: () => import('./augmentation/color/index.ts') },
  cutMix: { load: () => import('./augmentation/mixing/index.ts') },
  equalization: { load: () => import('./augmentation/color/index.ts') },
  mixUp: { load: () => import('./augmentation/mixing/index.ts') },
  pipeline: {
    within: { _pipeline_layers: 'layers' },
    without: ['trainable', 'dtype'],
    load: () => import('./augmentation/mixing/index.ts'),
  },
  randAugment: { load: () => import('./augmentation/mixing/index.ts') },
  randomBrightness: { load: () => import('./augmentation/color/index.ts') },
  randomColorDegeneration: {
    load: () => import('./augmentation/color/index.ts'),
  },
  randomColorJitter: { load: () => import('./augmentation/color/index.ts') },
  randomContrast: { load: () => import('./augmentation/color/index.ts') },
  randomCrop: { load: () => import('./augmentation/geometry/index.ts') },
  randomElasticTransform: {
    load: () => import('./augmentation/geometry/index.ts'),
  },
  randomErasing: { load: () => import('./augmentation/geometry/index.ts') },
  randomFlip: { load: () => import('./augmentation/geometry/index.ts') },
  randomGaussianBlur: { load: () => import('./augmentation/color/index.ts') },
  randomGrayscale: { load: () => import('./augmentation/color/index.ts') },
  randomHue: { load: () => import('./augmentation/color/index.ts') },
  randomInvert: { load: () => import('./augmentation/color/index.ts') },
  randomPerspective: { load: () => import('./augmentation/geometry/index.ts') },
  randomPosterization: {
    load: () => import('./augmentation/color/index.ts'),
  },
  randomRotation: { load: () => import('./augmentation/geometry/index.ts') },
  randomSaturation: { load: () => import('./augmentation/color/index.ts') },
  randomSharpness: { load: () => import('./augmentation/color/index.ts') },
  randomShear: { load: () => import('./augmentation/geometry/index.ts') },
  randomTranslation: { load: () => import('./augmentation/geometry/index.ts') },
  randomZoom: { load: () => import('./augmentation/geometry/index.ts') },
  solarization: { load: () => import('./augmentation/color/index.ts') },
  // convolution
  conv1d: {
    className: 'Conv1D',
    namesInFiles: ['AtrousConvolution1D', 'Convolution1D'],
    load: () => import('./convolution/convolution.ts'),
  },
  conv1dTranspose: {
    className: 'Conv1DTranspose',
    namesInFiles: ['Convolution1DTranspose'],
    load: () => import('./convolution/convolution-transpose.ts'),
  },
  conv2d: {
    className: 'Conv2D',
    namesInFiles: ['AtrousConvolution2D', 'Convolution2D'],
    load: () => import('./convolution/convolution.ts'),
  },
  conv2dTranspose: {
    className: 'Conv2DTranspose',
    namesInFiles: ['Convolution2DTranspose', 'Deconvolution2D'],
    load: () => import('./convolution/convolution-transpose.ts'),
  },
  conv3d: { className: 'Conv3D', namesInFiles: ['Convolution3D'], load: () => import('./convolution/convolution.ts') },
  conv3dTranspose: {
    className: 'Conv3DTranspose',
    namesInFiles: ['Convolution3DTranspose'],
    load: () => import('./convolution/convolution-transpose.ts'),
  },
  depthwiseConv1d: { className: 'DepthwiseConv1D', load: () => import('./convolution/depthwise-convolution.ts') },
  depthwiseConv2d: { className: 'DepthwiseConv2D', load: () => import('./convolution/depthwise-convolution.ts') },
  separableConv1d: {
    className: 'SeparableConv1D',
    namesInFiles: ['SeparableConvolution1D'],
    load: () => import('./convolution/separable-convolution.ts'),
  },
  separableConv2d: {
    className: 'SeparableConv2D',
    namesInFiles: ['SeparableConvolution2D'],
    load: () => import('./convolution/separable-convolution.ts'),
  },
  // core
  dense: {
    namesInFiles: ['DenseV2', 'TimeDistributedDense'],
    load: () => import('./core/dense.ts'),
  },
  einsumDense: { load: () => import('./core/einsum-dense.ts') },
  embedding: { load: () => import('./core/embedding.ts') },
  identity: { ...SEVERAL, load: () => import('./core/lambda.ts') },
  inputLayer: { without: ['trainable'], load: () => import('./core/input-layer.ts') },
  lambda: { load: () => import('./core/lambda.ts') },
  masking: { load: () => import('./core/masking.ts') },
  wrapper: { ...WRAPPER, load: () => import('./core/wrapper.ts') },
  // merging
  add: { ...SEVERAL, load: () => import('./merging/elementwise-merging.ts') },
  average: { ...SEVERAL, load: () => import('./merging/elementwise-merging.ts') },
  concatenate: { ...SEVERAL, load: () => import('./merging/concatenate.ts') },
  dot: { ...SEVERAL, load: () => import('./merging/dot.ts') },
  maximum: { ...SEVERAL, load: () => import('./merging/elementwise-merging.ts') },
  minimum: { ...SEVERAL, load: () => import('./merging/elementwise-merging.ts') },
  multiply: { ...SEVERAL, load: () => import('./merging/elementwise-merging.ts') },
  subtract: { ...SEVERAL, load: () => import('./merging/elementwise-merging.ts') },
  // normalization
  batchNormalization: {
    namesInFiles: ['BatchNormalizationV1', 'BatchNormalizationV2', 'SyncBatchNormalization'],
    load: () => import('./normalization/batch-normalization.ts'),
  },
  groupNormalization: { load: () => import('./normalization/group-normalization.ts') },
  layerNormalization: { load: () => import('./normalization/layer-normalization.ts') },
  rmsNormalization: { className: 'RMSNormalization', load: () => import('./normalization/rms-normalization.ts') },
  spectralNormalization: {
    ...WRAPPER,
    load: () => import('./normalization/spectral-normalization.ts'),
  },
  unitNormalization: { load: () => import('./normalization/rms-normalization.ts') },
  // pooling
  adaptiveAveragePooling1d: {
    className: 'AdaptiveAveragePooling1D',
    load: () => import('./pooling/adaptive-pooling.ts'),
  },
  adaptiveAveragePooling2d: {
    className: 'AdaptiveAveragePooling2D',
    load: () => import('./pooling/adaptive-pooling.ts'),
  },
  adaptiveAveragePooling3d: {
    className: 'AdaptiveAveragePooling3D',
    load: () => import('./pooling/adaptive-pooling.ts'),
  },
  adaptiveMaxPooling1d: { className: 'AdaptiveMaxPooling1D', load: () => import('./pooling/adaptive-pooling.ts') },
  adaptiveMaxPooling2d: { className: 'AdaptiveMaxPooling2D', load: () => import('./pooling/adaptive-pooling.ts') },
  adaptiveMaxPooling3d: { className: 'AdaptiveMaxPooling3D', load: () => import('./pooling/adaptive-pooling.ts') },
  averagePooling1d: {
    className: 'AveragePooling1D',
    namesInFiles: ['AvgPool1D'],
    load: () => import('./pooling/pooling.ts'),
  },
  averagePooling2d: {
    className: 'AveragePooling2D',
    namesInFiles: ['AvgPool2D'],
    load: () => import('./pooling/pooling.ts'),
  },
  averagePooling3d: {
    className: 'AveragePooling3D',
    namesInFiles: ['AvgPool3D'],
    load: () => import('./pooling/pooling.ts'),
  },
  globalAveragePooling1d: {
    className: 'GlobalAveragePooling1D',
    namesInFiles: ['GlobalAvgPool1D'],
    load: () => import('./pooling/global-pooling.ts'),
  },
  globalAveragePooling2d: {
    className: 'GlobalAveragePooling2D',
    namesInFiles: ['GlobalAvgPool2D'],
    load: () => import('./pooling/global-pooling.ts'),
  },
  globalAveragePooling3d: {
    className: 'GlobalAveragePooling3D',
    namesInFiles: ['GlobalAvgPool3D'],
    load: () => import('./pooling/global-pooling.ts'),
  },
  globalMaxPooling1d: {
    className: 'GlobalMaxPooling1D',
    namesInFiles: ['GlobalMaxPool1D'],
    load: () => import('./pooling/global-pooling.ts'),
  },
  globalMaxPooling2d: {
    className: 'GlobalMaxPooling2D',
    namesInFiles: ['GlobalMaxPool2D'],
    load: () => import('./pooling/global-pooling.ts'),
  },
  globalMaxPooling3d: {
    className: 'GlobalMaxPooling3D',
    namesInFiles: ['GlobalMaxPool3D'],
    load: () => import('./pooling/global-pooling.ts'),
  },
  maxPooling1d: { className: 'MaxPooling1D', namesInFiles: ['MaxPool1D'], load: () => import('./pooling/pooling.ts') },
  maxPooling2d: { className: 'MaxPooling2D', namesInFiles: ['MaxPool2D'], load: () => import('./pooling/pooling.ts') },
  maxPooling3d: { className: 'MaxPooling3D', namesInFiles: ['MaxPool3D'], load: () => import('./pooling/pooling.ts') },
  // preprocessing
  categoryEncoding: { load: () => import('./preprocessing/category-encoding.ts') },
  centerCrop: { load: () => import('./preprocessing/resizing.ts') },
  discretization: {
    without: ['trainable'],
    load: () => import('./preprocessing/discretization.ts'),
  },
  hashedCrossing: { ...SEVERAL, load: () => import('./preprocessing/lookups.ts') },
  hashing: { load: () => import('./preprocessing/lookups.ts') },
  integerLookup: { load: () => import('./preprocessing/lookups.ts') },
  normalization: { load: () => import('./preprocessing/normalization.ts') },
  rescaling: { load: () => import('./preprocessing/rescaling.ts') },
  resizing: { load: () => import('./preprocessing/resizing.ts') },
  stringLookup: { load: () => import('./preprocessing/lookups.ts') },
  textVectorization: { load: () => import('./preprocessing/lookups.ts') },
  // recurrent
  bidirectional: {
    call: 'recurrent',
    within: { backward_layer: 'backwardLayer', forward_layer: 'forwardLayer' },
    load: () => import('./recurrent/bidirectional.ts'),
  },
  convLstm1d: { className: 'ConvLSTM1D', ...RECURRENT, load: () => import('./recurrent/conv-lstm.ts') },
  convLstm2d: { className: 'ConvLSTM2D', ...RECURRENT, load: () => import('./recurrent/conv-lstm.ts') },
  convLstm3d: { className: 'ConvLSTM3D', ...RECURRENT, load: () => import('./recurrent/conv-lstm.ts') },
  gru: {
    className: 'GRU',
    namesInFiles: ['CuDNNGRU', 'GRUV2'],
    ...RECURRENT,
    load: () => import('./recurrent/gru.ts'),
  },
  gruCell: { className: 'GRUCell', ...CELL, load: () => import('./recurrent/gru.ts') },
  lstm: {
    className: 'LSTM',
    namesInFiles: ['CuDNNLSTM', 'LSTMV2'],
    ...RECURRENT,
    load: () => import('./recurrent/lstm.ts'),
  },
  lstmCell: { className: 'LSTMCell', ...CELL, load: () => import('./recurrent/lstm.ts') },
  rnn: { className: 'RNN', ...RECURRENT, load: () => import('./recurrent/rnn.ts') },
  simpleRNN: { ...RECURRENT, load: () => import('./recurrent/simple-rnn.ts') },
  simpleRNNCell: { ...CELL, load: () => import('./recurrent/simple-rnn.ts') },
  stackedRNNCells: {
    call: 'cell',
    within: { cells: 'cells' },
    load: () => import('./recurrent/stacked-rnn-cells.ts'),
  },
  timeDistributed: { ...WRAPPER, load: () => import('./recurrent/time-distributed.ts') },
  // regularization
  activityRegularization: {
    without: ['activityRegularizer'],
    load: () => import('./regularization/activity-regularization.ts'),
  },
  alphaDropout: { load: () => import('./regularization/noise.ts') },
  dropout: { load: () => import('./regularization/dropout.ts') },
  gaussianDropout: { load: () => import('./regularization/noise.ts') },
  gaussianNoise: { load: () => import('./regularization/noise.ts') },
  spatialDropout1d: { className: 'SpatialDropout1D', ...UNTRAINED, load: () => import('./regularization/dropout.ts') },
  spatialDropout2d: { className: 'SpatialDropout2D', ...UNTRAINED, load: () => import('./regularization/dropout.ts') },
  spatialDropout3d: { className: 'SpatialDropout3D', ...UNTRAINED, load: () => import('./regularization/dropout.ts') },
  // reshaping
  cropping1d: { className: 'Cropping1D', load: () => import('./reshaping/cropping.ts') },
  cropping2d: { className: 'Cropping2D', load: () => import('./reshaping/cropping.ts') },
  cropping3d: { className: 'Cropping3D', load: () => import('./reshaping/cropping.ts') },
  flatten: { load: () => import('./reshaping/reshape.ts') },
  permute: { load: () => import('./reshaping/reshape.ts') },
  repeatVector: { load: () => import('./reshaping/reshape.ts') },
  reshape: { load: () => import('./reshaping/reshape.ts') },
  upSampling1d: { className: 'UpSampling1D', load: () => import('./reshaping/up-sampling.ts') },
  upSampling2d: { className: 'UpSampling2D', load: () => import('./reshaping/up-sampling.ts') },
  upSampling3d: { className: 'UpSampling3D', load: () => import('./reshaping/up-sampling.ts') },
  zeroPadding1d: { className: 'ZeroPadding1D', load: () => import('./reshaping/zero-padding.ts') },
  zeroPadding2d: { className: 'ZeroPadding2D', load: () => import('./reshaping/zero-padding.ts') },
  zeroPadding3d: { className: 'ZeroPadding3D', load: () => import('./reshaping/zero-padding.ts') },
} satisfies RowsInFiles<Exports, Exclude<FactoryName<Exports>, 'input' | 'stringInput'>, Unnamed<LayerRow>>;
