/**
 * Layers that few networks need: some of Keras's older and newer classes.
 *
 * @packageDocumentation
 */
export { LayerScale, type LayerScaleOptions, layerScale } from './layer-scale.ts';
export {
  type LocalAxis,
  LocallyConnected1D,
  LocallyConnected2D,
  type LocallyConnectedOptions,
  locallyConnected1d,
  locallyConnected2d,
} from './locally-connected.ts';
export { MelSpectrogram, type MelSpectrogramOptions, melSpectrogram } from './mel-spectrogram.ts';
export { RandomHeight, type RandomSizeOptions, RandomWidth, randomHeight, randomWidth } from './random-size.ts';
export { ReversibleEmbedding, type ReversibleEmbeddingOptions, reversibleEmbedding } from './reversible-embedding.ts';
export { STFTSpectrogram, type StftSpectrogramOptions, stftSpectrogram } from './stft-spectrogram.ts';
