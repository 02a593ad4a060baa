import {
  astype,
  div,
  flip,
  fromHost,
  type HostArray,
  isTensor,
  ManabiError,
  sub,
  type Tensor,
  tensor,
} from '@manabi/core';
import { kind, oneOf, readArgument } from '@manabi/errors';

/** How pixels in [0, 255] are scaled: see `preprocessInput`. */
export type PreprocessingMode = 'caffe' | 'tf' | 'torch' | 'identity';

/** Scaling of the pixels for each network. */
const MODES = {
  vgg16: 'caffe',
  vgg19: 'caffe',
  resNet50: 'caffe',
  resNet101: 'caffe',
  resNet152: 'caffe',
  squeezeNet: 'caffe',
  resNet50V2: 'tf',
  resNet101V2: 'tf',
  resNet152V2: 'tf',
  mobileNet: 'tf',
  mobileNetV2: 'tf',
  inceptionV3: 'tf',
  inceptionResNetV2: 'tf',
  xception: 'tf',
  nasNetMobile: 'tf',
  nasNetLarge: 'tf',
  denseNet121: 'torch',
  denseNet169: 'torch',
  denseNet201: 'torch',
  mobileNetV3Small: 'identity',
  mobileNetV3Large: 'identity',
  efficientNetB0: 'identity',
  efficientNetB1: 'identity',
  efficientNetB2: 'identity',
  efficientNetB3: 'identity',
  efficientNetB4: 'identity',
  efficientNetB5: 'identity',
  efficientNetB6: 'identity',
  efficientNetB7: 'identity',
  efficientNetV2B0: 'identity',
  efficientNetV2B1: 'identity',
  efficientNetV2B2: 'identity',
  efficientNetV2B3: 'identity',
  efficientNetV2S: 'identity',
  efficientNetV2M: 'identity',
  efficientNetV2L: 'identity',
  convNeXtTiny: 'identity',
  convNeXtSmall: 'identity',
  convNeXtBase: 'identity',
  convNeXtLarge: 'identity',
  convNeXtXLarge: 'identity',
} as const satisfies Readonly<Record<string, PreprocessingMode>>;

/** Name of a network, as in `applications.vgg16`. */
export type NetworkName = keyof typeof MODES;

/** Means of ImageNet's blue, green and red pixels in [0, 255]. */
const BGR_MEANS = [103.939, 116.779, 123.68];

/** Means and standard deviations of ImageNet's red, green and blue pixels in [0, 1]. */
const RGB_MEANS = [0.485, 0.456, 0.406];
const RGB_DEVIATIONS = [0.229, 0.224, 0.225];

const SCALINGS: { readonly [M in PreprocessingMode]: (x: Tensor) => Tensor } = {
  caffe: (x) => sub(flip(x, -1), tensor(BGR_MEANS)),
  tf: (x) => sub(div(x, 127.5), 1),
  torch: (x) => div(sub(div(x, 255), tensor(RGB_MEANS)), tensor(RGB_DEVIATIONS)),
  identity: (x) => x,
};

const isHostArray = (given: unknown): given is HostArray =>
  typeof given === 'object' && given !== null && 'data' in given && 'shape' in given && 'dtype' in given;

const imagesKind = kind(
  'a tensor or a host array of images',
  (given): given is Tensor | HostArray => isTensor(given) || isHostArray(given),
);

const names = Object.keys(MODES) as NetworkName[]; // the keys of a constant

const networkKind = oneOf(...names, 'caffe', 'tf', 'torch', 'identity');

/**
 * Scales the pixels of images as a network expects them, like Keras's `preprocess_input`:
 *
 * - `'caffe'`: reverses the channels to blue, green, red, and subtracts ImageNet's means (VGG, ResNet, SqueezeNet)
 * - `'tf'`: scales to [-1, 1] (ResNetV2, MobileNet V1 and V2, Inception, Xception, NASNet)
 * - `'torch'`: scales to [0, 1] and standardizes with ImageNet's statistics (DenseNet)
 * - `'identity'`: converts to float only; the network scales pixels itself (EfficientNet, MobileNetV3, ConvNeXt)
 *
 * It can also be part of a model: `layers.lambda({ function: (x) => preprocessInput(x, 'vgg16') })`.
 *
 * @param images red, green and blue pixels in [0, 255], of shape [height, width, 3] or [batch, height, width, 3]
 * @param network name of the network, or of the scaling
 * @throws ManabiError `argument` for an unknown name; `shape` for images without 3 channels
 * @example
 * ```ts
 * import { applications, tensor } from 'manabi';
 *
 * const pixels = tensor([[[0, 127.5, 255]]]);
 * console.log(await applications.preprocessInput(pixels, 'mobileNet').array()); // [[[-1, 0, 1]]]
 * ```
 */
export function preprocessInput(images: Tensor | HostArray, network: NetworkName | PreprocessingMode): Tensor {
  const given = readArgument('preprocessInput', 'images', images, imagesKind);
  const name = readArgument('preprocessInput', 'network', network, networkKind);
  const { shape } = given;
  if (shape.length < 3 || shape.length > 4 || shape.at(-1) !== 3) {
    throw new ManabiError(
      'shape',
      `\`images\` must have shape [height, width, 3] or [batch, height, width, 3]; got [${shape.join(', ')}]. Convert ` +
        'grey images to colour, and remove the alpha channel.',
      { op: 'preprocessInput', data: { name: 'images', shape } },
    );
  }
  const pixels = isTensor(given) ? given : fromHost(given);
  const mode: PreprocessingMode = name in MODES ? MODES[name as NetworkName] : (name as PreprocessingMode); // by the table
  return SCALINGS[mode](pixels.dtype.startsWith('float') ? pixels : astype(pixels, 'float32'));
}
