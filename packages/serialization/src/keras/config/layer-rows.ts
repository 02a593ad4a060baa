/** How Keras writes the arguments of a layer's call. */
export type CallForm =
  /** `layer(x)`, or `layer([x, y])` where we give a list. */
  | 'plain'
  /** `layer(query, value, key, attention_mask=mask)`. */
  | 'heads'
  /** `layer(x, initial_state=[...])`. */
  | 'recurrent'
  /** `cell(x, [states])`. */
  | 'cell';

/** What files must know of a class of layers beside its options. */
export interface LayerRow {
  /** By default `plain`. */
  readonly call?: CallForm;
  /** Whether a plain call takes several tensors; by default it takes one. */
  readonly several?: boolean;
  /** The class whose name Keras puts into the paths of weights, where it is another one than the public one. */
  readonly pathName?: string;
  /** Keras's attributes that hold the layers within, and ours: in Keras's order of walking. */
  readonly within?: Readonly<Record<string, string>>;
  /** Options of ours that Keras's constructor does not take. */
  readonly without?: readonly string[];
}

const CELL: LayerRow = { call: 'cell' };
const RECURRENT: LayerRow = { call: 'recurrent', within: { cell: 'cell' } };
const WRAPPER: LayerRow = { within: { layer: 'layer' } };
const SEVERAL: LayerRow = { several: true };
const UNTRAINED: LayerRow = { without: ['trainable'] };

/** Every class of layers that Keras and we have. */
const layerRows: Readonly<Record<string, LayerRow>> = {
  Activation: {},
  ActivityRegularization: { without: ['activityRegularizer'] },
  AdaptiveAveragePooling1D: {},
  AdaptiveAveragePooling2D: {},
  AdaptiveAveragePooling3D: {},
  AdaptiveMaxPooling1D: {},
  AdaptiveMaxPooling2D: {},
  AdaptiveMaxPooling3D: {},
  Add: SEVERAL,
  AdditiveAttention: SEVERAL,
  AlphaDropout: {},
  Attention: SEVERAL,
  Average: SEVERAL,
  AveragePooling1D: {},
  AveragePooling2D: {},
  AveragePooling3D: {},
  BatchNormalization: {},
  Bidirectional: {
    call: 'recurrent',
    within: { backward_layer: 'backwardLayer', forward_layer: 'forwardLayer' },
  },
  CategoryEncoding: {},
  CenterCrop: {},
  Concatenate: SEVERAL,
  Conv1D: {},
  Conv1DTranspose: {},
  Conv2D: {},
  Conv2DTranspose: {},
  Conv3D: {},
  Conv3DTranspose: {},
  ConvLSTM1D: RECURRENT,
  ConvLSTM2D: RECURRENT,
  ConvLSTM3D: RECURRENT,
  Cropping1D: {},
  Cropping2D: {},
  Cropping3D: {},
  Dense: {},
  DepthwiseConv1D: {},
  DepthwiseConv2D: {},
  Dot: SEVERAL,
  Dropout: {},
  ELU: {},
  EinsumDense: {},
  Embedding: {},
  Flatten: {},
  GRU: RECURRENT,
  GRUCell: CELL,
  GaussianDropout: {},
  GaussianNoise: {},
  GlobalAveragePooling1D: {},
  GlobalAveragePooling2D: {},
  GlobalAveragePooling3D: {},
  GlobalMaxPooling1D: {},
  GlobalMaxPooling2D: {},
  GlobalMaxPooling3D: {},
  GroupNormalization: {},
  GroupQueryAttention: {
    call: 'heads',
    pathName: 'GroupedQueryAttention',
    within: {
      _gate_dense: 'gateDense',
      _key_dense: 'keyDense',
      _output_dense: 'outputDense',
      _query_dense: 'queryDense',
      _value_dense: 'valueDense',
    },
  },
  Identity: SEVERAL,
  InputLayer: { without: ['trainable'] },
  LSTM: RECURRENT,
  LSTMCell: CELL,
  Lambda: {},
  LayerNormalization: {},
  LeakyReLU: {},
  Masking: {},
  MaxPooling1D: {},
  MaxPooling2D: {},
  MaxPooling3D: {},
  Maximum: SEVERAL,
  Minimum: SEVERAL,
  MultiHeadAttention: {
    call: 'heads',
    within: {
      key_dense: 'keyDense',
      output_dense: 'outputDense',
      query_dense: 'queryDense',
      value_dense: 'valueDense',
      _gate_dense: 'gateDense',
    },
  },
  Multiply: SEVERAL,
  Normalization: {},
  PReLU: {},
  Permute: {},
  RMSNormalization: {},
  RNN: RECURRENT,
  ReLU: {},
  RepeatVector: {},
  Rescaling: {},
  Reshape: {},
  Resizing: {},
  SeparableConv1D: {},
  SeparableConv2D: {},
  SimpleRNN: RECURRENT,
  SimpleRNNCell: CELL,
  Softmax: {},
  SpatialDropout1D: UNTRAINED,
  SpatialDropout2D: UNTRAINED,
  SpatialDropout3D: UNTRAINED,
  SpectralNormalization: WRAPPER,
  StackedRNNCells: { call: 'cell', within: { cells: 'cells' } },
  Subtract: SEVERAL,
  TimeDistributed: WRAPPER,
  UnitNormalization: {},
  UpSampling1D: {},
  UpSampling2D: {},
  UpSampling3D: {},
  Wrapper: WRAPPER,
  ZeroPadding1D: {},
  ZeroPadding2D: {},
  ZeroPadding3D: {},
};

/** The row of a class; undefined for one that is not Keras's. */
export function layerRow(className: string): LayerRow | undefined {
  return Object.hasOwn(layerRows, className) ? layerRows[className] : undefined;
}
