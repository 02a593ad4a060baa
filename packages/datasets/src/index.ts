export {
  type ImageFolderElement,
  type ImageFolderResult,
  imageFolder,
  imageFolder as imageDatasetFromDirectory,
} from './image-folder.ts';
export type { ImageDataset, ImageDatasetFacts } from './images/image-dataset.ts';
export type { ImageFolderOptions } from './images/image-folder-options.ts';
export type { ImageSource } from './images/image-tree.ts';
export {
  type Cifar100Options,
  type CifarOptions,
  cifar10,
  cifar100,
  type FashionMnistOptions,
  type FileSource,
  fashionMnist,
  type ImageClassificationData,
  type LabelledImages,
  type MnistFiles,
  type MnistOptions,
  mnist,
  parseIdx,
} from './images/index.ts';
export type { OnImageError, SkippedFile } from './images/load-images.ts';
export type { FileOptions } from './published/index.ts';
export {
  type ImdbOptions,
  type ImdbReviewsOptions,
  imdb,
  imdbReviews,
  imdbWordIndex,
  type LabelledSequences,
  type LabelledTexts,
  type RawTextData,
  type ReutersOptions,
  reuters,
  reutersWordIndex,
  type SequenceOptions,
  type TextClassificationData,
  type WordIndexOptions,
} from './reviews/index.ts';
export {
  type BostonHousingOptions,
  bostonHousing,
  type CaliforniaHousingOptions,
  californiaHousing,
  type FeaturesAndTargets,
  type RegressionData,
} from './tables/index.ts';
