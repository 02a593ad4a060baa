/**
 * All of manabi from one import. Tensors, tensor functions, transforms, layers and models are named exports; other
 * packages are namespaces. The default backend is `cpu`, created at the first await that needs it. To use another
 * backend, register it: `import '@manabi/backend-…/register'`.
 *
 * @example
 * ```ts
 * import { datasets, layers, sequential } from 'manabi';
 * import { tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const x = tensor([[0, 1], [1, 1]]);
 * const y = tensor([[1], [2]]);
 * const { history } = await model.fit(x, y, { epochs: 2, verbose: 0 });
 * console.log(history.loss.length); // 2
 * ```
 *
 * @packageDocumentation
 */
import './backend/default-backend.ts';

/** Image classification networks, such as `applications.mobileNet` and `applications.vgg16`. */
export * as applications from '@manabi/applications';
export { type CompileProgramOptions, compileProgram, getThreads, setThreads } from '@manabi/backend-cpu';
export * from '@manabi/core';
/** Functions for images, such as `image.affineTransform` and `image.rgbToGrayscale`. */
export * as image from '@manabi/core/image';
export {
  type Canvas,
  type DecodeImageOptions,
  decodeImage,
  type EncodedFormat,
  type EncodeImageOptions,
  encodeImage,
  type FromPixelsOptions,
  fromPixels,
  type ImageChannels,
  type PixelSource,
  type ResizeImageOptions,
  type RgbaImage,
  resizeImage,
  type SaveImageOptions,
  saveImage,
  type ToPixelsOptions,
  toPixels,
} from '@manabi/data/images';
/** Ready-made datasets, such as `datasets.mnist`. */
export * as datasets from '@manabi/datasets';
export { ImageDataGenerator, type ImageDataGeneratorOptions } from '@manabi/datasets/generator';
export * from '@manabi/layers';
export { layerClass, layerFrom } from '@manabi/layers/classes';
export { type PlotHistoryOptions, plotHistory } from '@manabi/layers/history-plots';
/** Functions for ONNX files: `onnx.compare`, `onnx.inspectOnnx`, `onnx.openSession`. */
export * as onnx from '@manabi/onnx';
export { type ExportOptions, exportOnnx } from '@manabi/onnx';
/** Optimizers and learning rate schedules, such as `optimizers.adam` and `optimizers.cosineDecay`. */
export * as optimizers from '@manabi/optimizers';
export * from '@manabi/serialization';
export { type FileKind, type FileKindFacts, fileKinds, recognizeFile } from '@manabi/serialization/recognize';
/** Tokenizers, vocabularies and padding, such as `text.Tokenizer` and `text.padSequences`. */
export * as text from '@manabi/text';
export { type SelectBackendOptions, type SelectedBackend, selectBackend } from './backend/select-backend.ts';
/** The callbacks of all packages, such as `callbacks.earlyStopping` and `callbacks.modelCheckpoint`. */
export * as callbacks from './callbacks.ts';
/** Data pipelines over arrays in host memory, such as `data.fromTensorSlices` and `data.fromGenerator`. */
export * as data from './data.ts';
