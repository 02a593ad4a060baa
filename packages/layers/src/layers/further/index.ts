/**
 * Layers that few networks need: some of Keras's older and newer classes.
 *
 * @packageDocumentation
 */
export { CustomScaleLayer, type CustomScaleOptions } from './custom-scale-layer.ts';
export { type LayerScaleOptions, layerScale } from './layer-scale.ts';
export {
  type LocalAxis,
  type LocallyConnectedOptions,
  locallyConnected1d,
  locallyConnected2d,
} from './locally-connected.ts';
export { type MelSpectrogramOptions, melSpectrogram } from './mel-spectrogram.ts';
export { type RandomSizeOptions, randomHeight, randomWidth } from './random-size.ts';
export { type ReversibleEmbeddingOptions, reversibleEmbedding } from './reversible-embedding.ts';
export { type StftSpectrogramOptions, stftSpectrogram } from './stft-spectrogram.ts';
