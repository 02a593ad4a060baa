/** Layers that mix images or apply several layers, loaded together. */
export { AugMix, augMix } from './aug-mix.ts';
export { CutMix, cutMix } from './cut-mix.ts';
export { MixUp, mixUp } from './mix-up.ts';
export { Pipeline, pipeline } from './pipeline.ts';
export { RandAugment, randAugment } from './rand-augment.ts';
