/**
 * Image classification networks with the architectures, names and options of Keras, and pretrained weights.
 *
 * @example
 * ```ts
 * import { applications, layers, sequential } from 'manabi';
 *
 * const base = await applications.mobileNet({ weights: null, alpha: 0.25, includeTop: false, pooling: 'avg', inputShape: [64, 64, 3] });
 * base.trainable = false;
 * const classifier = sequential([base, layers.dense({ units: 5, activation: 'softmax' })]);
 * console.log(classifier.outputTypes?.[0].shape); // [null, 5]
 * ```
 *
 * @packageDocumentation
 */

export { CustomScaleLayer, type CustomScaleOptions } from '@manabi/layers/further';
export type { NetworkOptions, PreprocessingOption } from './build/network-options.ts';
export { type NetworkName, type PreprocessingMode, preprocessInput } from './images/preprocess-input.ts';
export {
  type ConvNeXtOptions,
  convNeXtBase,
  convNeXtLarge,
  convNeXtSmall,
  convNeXtTiny,
  convNeXtXLarge,
} from './networks/convnext.ts';
export { denseNet121, denseNet169, denseNet201 } from './networks/densenet.ts';
export {
  type EfficientNetOptions,
  efficientNetB0,
  efficientNetB1,
  efficientNetB2,
  efficientNetB3,
  efficientNetB4,
  efficientNetB5,
  efficientNetB6,
  efficientNetB7,
} from './networks/efficientnet.ts';
export {
  type EfficientNetV2Options,
  efficientNetV2B0,
  efficientNetV2B1,
  efficientNetV2B2,
  efficientNetV2B3,
  efficientNetV2L,
  efficientNetV2M,
  efficientNetV2S,
} from './networks/efficientnet-v2.ts';
export { inceptionResNetV2 } from './networks/inception-resnet-v2.ts';
export { inceptionV3 } from './networks/inception-v3.ts';
export { type MobileNetOptions, mobileNet } from './networks/mobilenet.ts';
export { type MobileNetV2Options, mobileNetV2 } from './networks/mobilenet-v2.ts';
export { type MobileNetV3Options, mobileNetV3Large, mobileNetV3Small } from './networks/mobilenet-v3.ts';
export { nasNetLarge, nasNetMobile } from './networks/nasnet.ts';
export { resNet50, resNet50V2, resNet101, resNet101V2, resNet152, resNet152V2 } from './networks/resnet.ts';
export { type SqueezeNetOptions, squeezeNet } from './networks/squeezenet.ts';
export { vgg16, vgg19 } from './networks/vgg.ts';
export { xception } from './networks/xception.ts';
export type { ClassIndex } from './predictions/class-index.ts';
export { type DecodePredictionsOptions, decodePredictions, type Prediction } from './predictions/decode-predictions.ts';
export type { DownloadOptions, WeightsSource } from './weights/weights-source.ts';
