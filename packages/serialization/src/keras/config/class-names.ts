import { ManabiError } from '@manabi/core';
import { layerClass } from '@manabi/layers';
import { isObject } from '../json.ts';
import type { ConfigPart } from './config-part.ts';
import { withoutPackage } from './spelling.ts';

/** Further names that versions of Keras have for a class. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AtrousConvolution1D: 'Conv1D',
    AtrousConvolution2D: 'Conv2D',
    AvgPool1D: 'AveragePooling1D',
    AvgPool2D: 'AveragePooling2D',
    AvgPool3D: 'AveragePooling3D',
    BatchNormalizationV1: 'BatchNormalization',
    BatchNormalizationV2: 'BatchNormalization',
    Convolution1D: 'Conv1D',
    Convolution1DTranspose: 'Conv1DTranspose',
    Convolution2D: 'Conv2D',
    Convolution2DTranspose: 'Conv2DTranspose',
    Convolution3D: 'Conv3D',
    Convolution3DTranspose: 'Conv3DTranspose',
    CuDNNGRU: 'GRU',
    CuDNNLSTM: 'LSTM',
    Deconvolution2D: 'Conv2DTranspose',
    DenseV2: 'Dense',
    GRUV2: 'GRU',
    GlobalAvgPool1D: 'GlobalAveragePooling1D',
    GlobalAvgPool2D: 'GlobalAveragePooling2D',
    GlobalAvgPool3D: 'GlobalAveragePooling3D',
    GlobalMaxPool1D: 'GlobalMaxPooling1D',
    GlobalMaxPool2D: 'GlobalMaxPooling2D',
    GlobalMaxPool3D: 'GlobalMaxPooling3D',
    GroupedQueryAttention: 'GroupQueryAttention',
    LSTMV2: 'LSTM',
    ThresholdedReLU: 'ReLU',
    TimeDistributedDense: 'Dense',
    MaxPool1D: 'MaxPooling1D',
    MaxPool2D: 'MaxPooling2D',
    MaxPool3D: 'MaxPooling3D',
    Model: 'Functional',
    SeparableConvolution1D: 'SeparableConv1D',
    SeparableConvolution2D: 'SeparableConv2D',
  }),
);

/**
 * Finds our class for one of a config. Classes of one's own are found by the name they are registered under, with or
 * without Keras's package: `Custom>Scale` is `Scale`.
 *
 * @throws FileError `unsupported` if there is none, with the nearest names
 */
export function classNameOf(part: ConfigPart): string {
  const given = withoutPackage(part.field('class_name').text());
  const registeredName = part.optional('registered_name')?.text();
  const registered = registeredName === undefined ? given : withoutPackage(registeredName);
  const config = part.field('config').value;
  const isGraph = isObject(config) && 'input_layers' in config;
  const candidates = [given, registered, ALIASES.get(given) ?? given, ...(isGraph ? ['Functional'] : [])];
  const isPlain = given !== 'Model' || isGraph;
  let cause: unknown;
  for (const name of isPlain ? candidates : []) {
    try {
      layerClass(name);
      if (name !== 'Model') return name;
    } catch (error) {
      cause ??= error;
    }
  }
  const nearest = cause instanceof ManabiError ? cause.message : '';
  throw part.unsupported(`there is no layer '${given}'. ${nearest}`, {
    className: given,
    registeredName: registeredName ?? null,
    ...(cause instanceof ManabiError ? { nearest: cause.data.nearest } : {}),
  });
}
