import { ManabiError } from '@manabi/core';
import { anything, didYouMean, type Kind, kind, nearestNames, readArgument, recordOf, text } from '@manabi/errors';
import { isLayerDescription, type LayerDescription } from '../describe-config.ts';
import { Layer } from '../layer.ts';
import { Functional } from '../models/functional.ts';
import { Sequential } from '../models/sequential.ts';
import { NameTable } from '../name-table.ts';
import { customLayers, type LayerClass } from '../registry.ts';
import { noteSavedAs } from '../saved-as.ts';
import { Activation, ELU, LeakyReLU, ReLU } from './activation.ts';
import { ActivityRegularization } from './activity-regularization.ts';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from './adaptive-pooling.ts';
import { AdditiveAttention, Attention } from './attention.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { Bidirectional } from './bidirectional.ts';
import { CategoryEncoding } from './category-encoding.ts';
import { Concatenate } from './concatenate.ts';
import { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D } from './conv-lstm.ts';
import { Conv1D, Conv2D, Conv3D } from './convolution.ts';
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from './convolution-transpose.ts';
import { Cropping1D, Cropping2D, Cropping3D } from './cropping.ts';
import { Dense } from './dense.ts';
import { DepthwiseConv1D, DepthwiseConv2D } from './depthwise-convolution.ts';
import { Dot } from './dot.ts';
import { Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from './dropout.ts';
import { EinsumDense } from './einsum-dense.ts';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './elementwise-merging.ts';
import { Embedding } from './embedding.ts';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './global-pooling.ts';
import { GroupNormalization } from './group-normalization.ts';
import { GroupQueryAttention } from './group-query-attention.ts';
import { GRU, GRUCell } from './gru.ts';
import { InputLayer } from './input-layer.ts';
import { Identity, Lambda } from './lambda.ts';
import { LayerNormalization } from './layer-normalization.ts';
import { LSTM, LSTMCell } from './lstm.ts';
import { Masking } from './masking.ts';
import { MultiHeadAttention } from './multi-head-attention.ts';
import { AlphaDropout, GaussianDropout, GaussianNoise } from './noise.ts';
import { Normalization } from './normalization.ts';
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from './pooling.ts';
import { PReLU } from './prelu.ts';
import { Rescaling } from './rescaling.ts';
import { Flatten, Permute, RepeatVector, Reshape } from './reshape.ts';
import { CenterCrop, Resizing } from './resizing.ts';
import { RMSNormalization, UnitNormalization } from './rms-normalization.ts';
import { RNN } from './rnn.ts';
import { SeparableConv1D, SeparableConv2D } from './separable-convolution.ts';
import { SimpleRNN, SimpleRNNCell } from './simple-rnn.ts';
import { Softmax } from './softmax.ts';
import { SpectralNormalization } from './spectral-normalization.ts';
import { StackedRNNCells } from './stacked-rnn-cells.ts';
import { TimeDistributed } from './time-distributed.ts';
import { UpSampling1D, UpSampling2D, UpSampling3D } from './up-sampling.ts';
import { Wrapper } from './wrapper.ts';
import { ZeroPadding1D, ZeroPadding2D, ZeroPadding3D } from './zero-padding.ts';

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
  if (customLayers.has(className)) return customLayers.get(className);
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
