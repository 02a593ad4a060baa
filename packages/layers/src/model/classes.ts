import { ManabiError } from '@manabi/core';
import { anything, didYouMean, type Kind, kind, nearestNames, readArgument, recordOf, text } from '@manabi/errors';
import { customLayers } from '../layer/custom-layers.ts';
import { isLayerDescription, type LayerDescription } from '../layer/describe-layer.ts';
import { Layer } from '../layer/layer.ts';
import { type LayerClass, registeredLayerClass } from '../layer/layer-class.ts';
import { Activation, ELU, LeakyReLU, ReLU } from '../layers/activation/activation.ts';
import { PReLU } from '../layers/activation/prelu.ts';
import { Softmax } from '../layers/activation/softmax.ts';
import { AdditiveAttention, Attention } from '../layers/attention/attention.ts';
import { GroupQueryAttention } from '../layers/attention/group-query-attention.ts';
import { MultiHeadAttention } from '../layers/attention/multi-head-attention.ts';
import { Conv1D, Conv2D, Conv3D } from '../layers/convolution/convolution.ts';
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from '../layers/convolution/convolution-transpose.ts';
import { DepthwiseConv1D, DepthwiseConv2D } from '../layers/convolution/depthwise-convolution.ts';
import { SeparableConv1D, SeparableConv2D } from '../layers/convolution/separable-convolution.ts';
import { Dense } from '../layers/core/dense.ts';
import { EinsumDense } from '../layers/core/einsum-dense.ts';
import { Embedding } from '../layers/core/embedding.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { Identity, Lambda } from '../layers/core/lambda.ts';
import { Masking } from '../layers/core/masking.ts';
import { Wrapper } from '../layers/core/wrapper.ts';
import { Concatenate } from '../layers/merging/concatenate.ts';
import { Dot } from '../layers/merging/dot.ts';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from '../layers/merging/elementwise-merging.ts';
import { BatchNormalization } from '../layers/normalization/batch-normalization.ts';
import { GroupNormalization } from '../layers/normalization/group-normalization.ts';
import { LayerNormalization } from '../layers/normalization/layer-normalization.ts';
import { RMSNormalization, UnitNormalization } from '../layers/normalization/rms-normalization.ts';
import { SpectralNormalization } from '../layers/normalization/spectral-normalization.ts';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from '../layers/pooling/adaptive-pooling.ts';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from '../layers/pooling/global-pooling.ts';
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from '../layers/pooling/pooling.ts';
import { CategoryEncoding } from '../layers/preprocessing/category-encoding.ts';
import { Normalization } from '../layers/preprocessing/normalization.ts';
import { Rescaling } from '../layers/preprocessing/rescaling.ts';
import { CenterCrop, Resizing } from '../layers/preprocessing/resizing.ts';
import { Bidirectional } from '../layers/recurrent/bidirectional.ts';
import { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D } from '../layers/recurrent/conv-lstm.ts';
import { GRU, GRUCell } from '../layers/recurrent/gru.ts';
import { LSTM, LSTMCell } from '../layers/recurrent/lstm.ts';
import { RNN } from '../layers/recurrent/rnn.ts';
import { SimpleRNN, SimpleRNNCell } from '../layers/recurrent/simple-rnn.ts';
import { StackedRNNCells } from '../layers/recurrent/stacked-rnn-cells.ts';
import { TimeDistributed } from '../layers/recurrent/time-distributed.ts';
import { ActivityRegularization } from '../layers/regularization/activity-regularization.ts';
import { Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from '../layers/regularization/dropout.ts';
import { AlphaDropout, GaussianDropout, GaussianNoise } from '../layers/regularization/noise.ts';
import { Cropping1D, Cropping2D, Cropping3D } from '../layers/reshaping/cropping.ts';
import { Flatten, Permute, RepeatVector, Reshape } from '../layers/reshaping/reshape.ts';
import { UpSampling1D, UpSampling2D, UpSampling3D } from '../layers/reshaping/up-sampling.ts';
import { ZeroPadding1D, ZeroPadding2D, ZeroPadding3D } from '../layers/reshaping/zero-padding.ts';
import { NameTable } from '../registry/name-table.ts';
import { noteSavedAs } from '../registry/saved-as.ts';
import { Functional } from './functional.ts';
import { Sequential } from './sequential.ts';

/** The built-in layers by their class names: what loads models. Whoever does not import this downloads only what is used. */
const builtInLayers: Readonly<Record<string, LayerClass>> = {
  Activation,
  ActivityRegularization,
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  Add,
  AdditiveAttention,
  AlphaDropout,
  Attention,
  Average,
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  BatchNormalization,
  Bidirectional,
  CategoryEncoding,
  CenterCrop,
  Concatenate,
  Conv1D,
  Conv1DTranspose,
  Conv2D,
  Conv2DTranspose,
  Conv3D,
  Conv3DTranspose,
  ConvLSTM1D,
  ConvLSTM2D,
  ConvLSTM3D,
  Cropping1D,
  Cropping2D,
  Cropping3D,
  Dense,
  DepthwiseConv1D,
  DepthwiseConv2D,
  Dot,
  Dropout,
  ELU,
  EinsumDense,
  Embedding,
  Flatten,
  Functional,
  GRU,
  GRUCell,
  GaussianDropout,
  GaussianNoise,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  GroupNormalization,
  GroupQueryAttention,
  Identity,
  InputLayer,
  LSTM,
  LSTMCell,
  Lambda,
  LayerNormalization,
  LeakyReLU,
  Masking,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  Maximum,
  Minimum,
  MultiHeadAttention,
  Multiply,
  Normalization,
  PReLU,
  Permute,
  RMSNormalization,
  RNN,
  ReLU,
  RepeatVector,
  Rescaling,
  Reshape,
  Resizing,
  SeparableConv1D,
  SeparableConv2D,
  Sequential,
  SimpleRNN,
  SimpleRNNCell,
  Softmax,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
  SpectralNormalization,
  StackedRNNCells,
  Subtract,
  TimeDistributed,
  UnitNormalization,
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
  Wrapper,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
};

const descriptionKind: Kind<LayerDescription> = kind('what describeLayer returns', isLayerDescription);

const table = new NameTable<LayerClass>('layer', builtInLayers);

/**
 * The class of a name: a registered one, or a built-in one.
 *
 * @throws ManabiError `argument` if there is none, with the nearest names
 */
export function layerClass(className: string): LayerClass {
  readArgument('layerClass', 'className', className, text);
  const registered = registeredLayerClass(className);
  if (registered !== undefined) return registered;
  if (table.has(className)) return table.get(className);
  const names = [...customLayers.names(), ...table.names()];
  throw new ManabiError(
    'argument',
    `Unknown layer class '${className}'. ${didYouMean(className, names)} Register a class of your own first: ` +
      `register('${className}', ${className}).`,
    { op: 'layerClass', data: { name: className, nearest: nearestNames(className, names) } },
  );
}

/**
 * A layer from its class name and config: the inverse of `className` and `getConfig()`. Layers within the config are made
 * first; a description that stands in several places of it is one layer.
 *
 * @throws ManabiError `argument` for unknown names and wrong options
 */
export function layerFrom(className: string, config: Readonly<Record<string, unknown>>): Layer {
  readArgument('layerFrom', 'config', config, recordOf(anything()));
  return layerFromDescription({ kind: 'layer', className, config });
}

/** As `layerFrom`, of what `describeLayer` returns, with what files say of the layer beside its config. */
export function layerFromDescription(description: LayerDescription): Layer {
  readArgument('layerFromDescription', 'description', description, descriptionKind);
  return made(description, new Map());
}

function made(description: LayerDescription, known: Map<LayerDescription, Layer>): Layer {
  const layer = constructed(description, known);
  if (description.savedAs !== undefined) noteSavedAs(layer, description.savedAs);
  return layer;
}

function constructed({ className, config }: LayerDescription, known: Map<LayerDescription, Layer>): Layer {
  const found = layerClass(className);
  const revived = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, revive(value, known)]));
  if (found.fromConfig !== undefined) return found.fromConfig(revived);
  const layer: unknown = Reflect.construct(found, [revived]);
  if (layer instanceof Layer) return layer;
  throw new ManabiError('argument', `The class registered as '${className}' makes no layers: it must extend Layer.`, {
    op: 'layerFrom',
    data: { className },
  });
}

/** A value of a config with the layers that it describes. */
function revive(value: unknown, known: Map<LayerDescription, Layer>): unknown {
  if (isLayerDescription(value)) {
    const layer = known.get(value) ?? made(value, known);
    known.set(value, layer);
    return layer;
  }
  if (Array.isArray(value)) return value.map((item) => revive(item, known));
  if (!isPlainRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item, known)]));
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
