/** Layers that move, turn, cut and cover images, loaded together. */
export { RandomCrop, randomCrop } from './random-crop.ts';
export { RandomElasticTransform, randomElasticTransform } from './random-elastic-transform.ts';
export { RandomErasing, randomErasing } from './random-erasing.ts';
export { RandomFlip, randomFlip } from './random-flip.ts';
export { RandomPerspective, randomPerspective } from './random-perspective.ts';
export { RandomRotation, randomRotation } from './random-rotation.ts';
export { RandomShear, randomShear } from './random-shear.ts';
export { RandomTranslation, randomTranslation } from './random-translation.ts';
export { RandomZoom, randomZoom } from './random-zoom.ts';
