export { parseIdx } from './idx.ts';
export { type ImageClassificationData, type LabelledImages, type MnistOptions, mnist } from './mnist.ts';
