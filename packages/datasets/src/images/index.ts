export { type CifarOptions, cifar10 } from './cifar10.ts';
export { type Cifar100Options, cifar100 } from './cifar100.ts';
export { type FashionMnistOptions, fashionMnist } from './fashion-mnist.ts';
export { parseIdx } from './idx.ts';
export type { ImageClassificationData, LabelledImages } from './image-data.ts';
export { type FileSource, type MnistFiles, type MnistOptions, mnist } from './mnist.ts';
