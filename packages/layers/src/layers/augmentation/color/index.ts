/** Layers that change colours and sharpness, loaded together. */
export { AutoContrast, autoContrast } from './auto-contrast.ts';
export { Equalization, equalization } from './equalization.ts';
export { RandomBrightness, randomBrightness } from './random-brightness.ts';
export { RandomColorDegeneration, randomColorDegeneration } from './random-color-degeneration.ts';
export { RandomColorJitter, randomColorJitter } from './random-color-jitter.ts';
export { RandomContrast, randomContrast } from './random-contrast.ts';
export { RandomGaussianBlur, randomGaussianBlur } from './random-gaussian-blur.ts';
export { RandomGrayscale, randomGrayscale } from './random-grayscale.ts';
export { RandomHue, randomHue } from './random-hue.ts';
export { RandomInvert, randomInvert } from './random-invert.ts';
export { RandomPosterization, randomPosterization } from './random-posterization.ts';
export { RandomSaturation, randomSaturation } from './random-saturation.ts';
export { RandomSharpness, randomSharpness } from './random-sharpness.ts';
export { Solarization, solarization } from './solarization.ts';
