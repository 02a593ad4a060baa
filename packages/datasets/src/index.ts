export { parseIdx } from './idx.ts';
export {
  type FileSource,
  type ImageClassificationData,
  type LabelledImages,
  type MnistFiles,
  type MnistOptions,
  mnist,
} from './mnist.ts';
