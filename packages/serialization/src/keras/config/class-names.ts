import { ManabiError } from '@manabi/core';
import type { FileError } from '@manabi/files';
import { layerClass, registeredLayerClass, type SavedAs } from '@manabi/layers';
import { isObject } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

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
    SeparableConvolution1D: 'SeparableConv1D',
    SeparableConvolution2D: 'SeparableConv2D',
  }),
);

/** Our class for one of a config, and what to note of it when it has another name in files. */
export interface FoundClass {
  readonly className: string;
  readonly savedAs: SavedAs;
}

/** What to note of something of a config: for a class that is none of Keras, its whole name and its module. */
export function savedAsOf(part: ConfigPart): SavedAs {
  if (!isForeign(part)) return {};
  const module = part.optional('module')?.text();
  return { className: registeredName(part), ...(module === undefined ? {} : { module }) };
}

/**
 * Finds our class for one of a config. Classes of one's own are found by the name they are registered under, with or
 * without Keras's package: `Custom>Scale` is what is registered as that, or as `Scale`. A class of one's own is never taken
 * for one of Keras, whatever its name.
 *
 * @throws FileError `unsupported` if there is none, with the nearest names
 */
export function findClass(part: ConfigPart): FoundClass {
  const name = registeredName(part);
  const config = part.field('config').value;
  const isGraph = isObject(config) && 'input_layers' in config;
  if (isForeign(part)) {
    const savedAs = savedAsOf(part);
    if (registeredLayerClass(name) !== undefined) return { className: name, savedAs };
    if (isGraph) return { className: 'Functional', savedAs };
    throw unknownClass(part, name);
  }
  const known = name === 'Model' ? null : (ALIASES.get(name) ?? name);
  if (known !== null && isLayerClass(known)) return { className: known, savedAs: {} };
  if (isGraph) return { className: 'Functional', savedAs: {} };
  throw unknownClass(part, name);
}

/** The name of a class: for one of one's own, that under which Python registered it, with the package. */
export function registeredName(part: ConfigPart): string {
  const given = part.field('class_name').text('the name of a class');
  return isForeign(part) ? (part.optional('registered_name')?.text() ?? given) : given;
}

/** Whether a config says that a class is none of Keras. */
export function isForeign(part: ConfigPart): boolean {
  const registered = part.optional('registered_name')?.text();
  const name = registered ?? part.field('class_name').text('the name of a class');
  if (name.includes('>')) return true;
  if (registered === undefined) return false;
  const module = part.optional('module')?.text();
  return module === undefined || !/^(keras|tf_keras|tensorflow|builtins)(\.|$)/.test(module);
}

function isLayerClass(name: string): boolean {
  return classError(name) === null;
}

function classError(name: string): ManabiError | null {
  try {
    layerClass(name);
    return null;
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
}

function unknownClass(part: ConfigPart, name: string): FileError {
  const cause = classError(name);
  const advice = cause?.message ?? `It is one of Python's own. Make its counterpart known: register('${name}', …).`;
  return part.unsupported(`there is no layer '${name}'. ${advice}`, {
    className: name,
    registeredName: part.optional('registered_name')?.text() ?? null,
    ...(cause === null ? {} : { nearest: cause.data.nearest }),
  });
}
