// Classes of this folder by name, for the table of layers. Pages load the file with the first of these layers.
export { CustomScaleLayer } from './custom-scale-layer.ts';
export { LayerScale } from './layer-scale.ts';
export { LocallyConnected1D, LocallyConnected2D } from './locally-connected.ts';
export { MelSpectrogram } from './mel-spectrogram.ts';
export { RandomHeight, RandomWidth } from './random-size.ts';
export { ReversibleEmbedding } from './reversible-embedding.ts';
export { STFTSpectrogram } from './stft-spectrogram.ts';
