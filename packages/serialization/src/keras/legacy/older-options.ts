import { hardSigmoidOfKeras2 } from '../config/hard-sigmoid.ts';
import type { Origin } from '../config/origin.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** Options of Keras 1 that were renamed later. */
const SINCE_KERAS_1: ReadonlyMap<string, string> = new Map(
  Object.entries({
    W_constraint: 'kernel_constraint',
    W_regularizer: 'kernel_regularizer',
    U_regularizer: 'recurrent_regularizer',
    atrous_rate: 'dilation_rate',
    b_constraint: 'bias_constraint',
    b_regularizer: 'bias_regularizer',
    bias: 'use_bias',
    border_mode: 'padding',
    dim_ordering: 'data_format',
    dropout_U: 'recurrent_dropout',
    dropout_W: 'dropout',
    filter_length: 'kernel_size',
    init: 'kernel_initializer',
    inner_activation: 'recurrent_activation',
    inner_init: 'recurrent_initializer',
    nb_filter: 'filters',
    p: 'rate',
    pool_length: 'pool_size',
    stride: 'strides',
    subsample: 'strides',
    subsample_length: 'strides',
  }),
);

/** Options of Keras 1 and 2 that do not affect the computation. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'beta_init',
  'consume_less',
  'create_input_layer',
  'forget_bias_init',
  'gamma_init',
  'input_dtype',
  'input_length',
  'mode',
  'weights',
]);

/** Options that some versions of Keras write although the layer does not have them, by layer class. */
const MISPLACED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Conv1DTranspose: ['groups'],
    Conv2DTranspose: ['groups'],
    Conv3DTranspose: ['groups'],
    ConvLSTM2D: ['groups'],
    CuDNNLSTM: ['unit_forget_bias'],
    // The shapes for which the weights are created; manabi finds them when the layer is called.
    MultiHeadAttention: ['key_shape', 'query_shape', 'value_shape'],
    SpatialDropout1D: ['noise_shape'],
    SpatialDropout2D: ['noise_shape'],
    SpatialDropout3D: ['noise_shape'],
    DepthwiseConv1D: ['filters', 'groups', 'kernel_constraint', 'kernel_initializer', 'kernel_regularizer'],
    DepthwiseConv2D: ['filters', 'groups', 'kernel_constraint', 'kernel_initializer', 'kernel_regularizer'],
    SeparableConv1D: ['groups', 'kernel_constraint', 'kernel_initializer', 'kernel_regularizer'],
    SeparableConv2D: ['groups', 'kernel_constraint', 'kernel_initializer', 'kernel_regularizer'],
  }),
);

/**
 * Converts the options of a layer of Keras 1 or 2 to those of Keras 3.
 *
 * @param className class name in the file
 */
export function olderOptions({ generation }: Origin, className: string, config: JsonObject): JsonObject {
  const first = generation === 1 ? sinceKeras1(className, config) : config;
  const misplaced = MISPLACED.get(className) ?? [];
  const options = Object.fromEntries(
    Object.entries(first)
      .filter(([name]) => !misplaced.includes(name))
      .map(([name, value]) => [name, olderValue(name, value)]),
  );
  switch (className) {
    case 'GRU':
      return { reset_after: false, ...options };
    case 'Bidirectional':
      return withForwardLayer(options);
    case 'CuDNNGRU':
      return { ...options, reset_after: true };
    case 'MultiHeadAttention':
      return options.softmax_robust_masking === false ? without(options, 'softmax_robust_masking') : options;
    case 'SyncBatchNormalization':
      return { ...options, synchronized: true };
    case 'ThresholdedReLU':
      return { ...without(options, 'theta'), threshold: options.theta ?? 1 };
    default:
      return options;
  }
}

/**
 * Adds a forward layer to the config of a `Bidirectional` layer whose only inner layer reads the sequence backwards.
 */
function withForwardLayer(options: JsonObject): JsonObject {
  const { layer, backward_layer: backward } = options;
  if (!isObject(layer) || !isObject(layer.config) || layer.config.go_backwards !== true || isObject(backward))
    return options;
  const name = `backward_${String(layer.config.name ?? 'layer').replace(/^forward_/, '')}`;
  return { ...options, backward_layer: { ...layer, config: { ...layer.config, name, go_backwards: false } } };
}

function sinceKeras1(className: string, config: JsonObject): JsonObject {
  const renamed = new Map<string, Json>();
  for (const [name, value] of Object.entries(config)) {
    if (WITHOUT_EFFECT.has(name)) continue;
    const isUnits = name === 'output_dim' && className !== 'Embedding';
    const common = isUnits ? 'units' : (SINCE_KERAS_1.get(name) ?? name);
    const current = className === 'Embedding' ? common.replace(/^kernel_/, 'embeddings_') : common;
    renamed.set(current, current === 'data_format' ? (value === 'th' ? 'channels_first' : 'channels_last') : value);
  }
  const { nb_row: rows, nb_col: columns, ...rest }: JsonObject = Object.fromEntries(renamed);
  const whole: JsonObject = rows === undefined ? rest : { ...rest, kernel_size: [rows, columns ?? rows] };
  return className === 'Embedding' ? without(whole, 'dropout') : without(whole, 'input_dim');
}

function without(options: JsonObject, name: string): JsonObject {
  const { [name]: _removed, ...rest } = options;
  return rest;
}

function olderValue(name: string, value: Json): Json {
  if (value === 'hard_sigmoid' && /activation$/.test(name)) return hardSigmoidOfKeras2();
  // Keras 1 writes a regularizer as its name and its factors `l1` and `l2`.
  if (
    isObject(value) &&
    typeof value.name === 'string' &&
    /regularizer$/.test(name) &&
    value.class_name === undefined
  ) {
    return { class_name: 'L1L2', config: { l1: value.l1 ?? 0, l2: value.l2 ?? 0 } };
  }
  return value;
}
