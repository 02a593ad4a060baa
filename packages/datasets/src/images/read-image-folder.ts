import { type Dataset, fromTensorSlices } from '@manabi/data';
import { ManabiError, readArgument } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import { anySeed, NumpyRandom } from '../numpy/numpy-random.ts';
import { ImageDataset } from './image-dataset.ts';
import { CHANNELS, type ImageFolderOptions, type ReadOptions, readImageFolderOptions } from './image-folder-options.ts';
import { type ImageSource, imageSourceKind, openImageTree, type TreeFile } from './image-tree.ts';
import { type LabelledFiles, labelsByFolder, labelsGiven } from './label-images.ts';
import { imageLoader, loadResized, noImages } from './load-images.ts';

const OP = 'imageFolder';

/** Extensions of the files that are read: those of Keras, and WebP. */
const EXTENSIONS = ['bmp', 'gif', 'jpeg', 'jpg', 'png', 'webp'];

/** An element of an image dataset: a batch of images, alone or with labels. */
export type ImageElement = HostArray | [HostArray, HostArray];

/** Images of one subset. */
interface Subset {
  readonly files: readonly TreeFile[];
  readonly labels: readonly number[];
  readonly isShuffled: boolean;
}

/** Reads the index of a folder, and creates a dataset for each requested subset. */
export async function readImageFolder(
  source: ImageSource,
  given: ImageFolderOptions,
): Promise<readonly ImageDataset<ImageElement>[]> {
  const options = readImageFolderOptions(OP, given);
  readArgument(OP, 'source', source, imageSourceKind);
  const { shuffle, subset, validationSplit } = options;
  const seed = options.seed ?? anySeed();
  const tree = await openImageTree(OP, source, options);
  const index =
    options.labels === 'inferred'
      ? labelsByFolder(OP, tree, options.classNames, EXTENSIONS)
      : labelsGiven(OP, tree, options.labels, EXTENSIONS);
  const hasLabels = options.labels !== null && options.labelMode !== null;
  if (hasLabels) checkClasses(index, options.labelMode);
  if (index.files.length === 0) throw noImages(OP, tree.name, EXTENSIONS);
  const { files, labels } = shuffle ? shuffled(index, seed) : index;
  // Keras shuffles with the seed first, and then takes the last part for the validation.
  const boundary = files.length - Math.trunc((validationSplit ?? 0) * files.length);
  const parts = {
    training: { files: files.slice(0, boundary), labels: labels.slice(0, boundary), isShuffled: shuffle },
    validation: { files: files.slice(boundary), labels: labels.slice(boundary), isShuffled: shuffle },
  };
  const wanted: Subset[] =
    subset === 'both'
      ? [parts.training, { ...parts.validation, isShuffled: false }]
      : [subset === undefined ? { files, labels, isShuffled: shuffle } : parts[subset]];
  return wanted.map((part, i) => {
    if (part.files.length === 0) {
      throw noImages(OP, tree.name, EXTENSIONS, subset === 'both' ? ['training', 'validation'][i] : subset);
    }
    return datasetOf(part, hasLabels ? index.classNames : [], hasLabels, seed, options);
  });
}

/** Shuffles files and labels in the order in which Keras shuffles them with the same seed. */
function shuffled({ files, labels }: LabelledFiles, seed: number): Pick<LabelledFiles, 'files' | 'labels'> {
  const order = new NumpyRandom(seed).shuffled(files.map((_, i) => i));
  return { files: order.map((i) => files[i]), labels: order.map((i) => labels[i]) };
}

function checkClasses({ labels, classNames }: LabelledFiles, labelMode: ReadOptions['labelMode']): void {
  if (labelMode === 'binary' && classNames.length !== 2) {
    throw new ManabiError(
      'argument',
      `\`labelMode\` 'binary' needs exactly two classes; got ${classNames.length}: [${classNames.join(', ')}]. Choose two with \`classNames\`, or use 'int' or 'categorical'.`,
      { op: OP, data: { classNames } },
    );
  }
  const wrong = labels.find((label) => label >= classNames.length);
  if (labelMode !== 'int' && wrong !== undefined) {
    throw new ManabiError(
      'argument',
      `\`labels\` must be class indices below the number of classes, ${classNames.length}; got ${wrong}.`,
      { op: OP, data: { label: wrong, classes: classNames.length } },
    );
  }
}

function datasetOf(
  { files, labels, isShuffled }: Subset,
  classNames: readonly string[],
  hasLabels: boolean,
  seed: number,
  options: ReadOptions,
): ImageDataset<ImageElement> {
  const { batchSize, onError, cache: isCached, parallel, imageSize, exifOrientation, dtype } = options;
  const { interpolation, antialias, cropToAspectRatio, padToAspectRatio } = options;
  const resizing = { interpolation, antialias, cropToAspectRatio, padToAspectRatio };
  const form = { imageSize, channels: CHANNELS[options.colorMode], exifOrientation, dtype, resizing };
  const loader = imageLoader(files, (file) => loadResized(file, form), { isCached, onError });
  const toLabel = labelOf(options.labelMode, classNames.length);
  const indices = fromTensorSlices({ index: hostArray('int32', [files.length], Int32Array.from(files.keys())) });
  const ordered = isShuffled ? indices.shuffle(files.length, { seed }) : indices;
  const images = ordered.map(
    async ({ index }): Promise<ImageElement | null> => {
      const position = index.data[0];
      const image = await loader.load(position);
      return image === null || !hasLabels ? image : [image, toLabel(labels[position])];
    },
    { parallel },
  );
  const loaded = onError === 'throw' ? images : images.filter((element) => element !== null);
  // The elements are not null any more, and a batch has the structure of its elements.
  const elements = loaded as Dataset<ImageElement>;
  const batches = batchSize === null ? elements : (elements.batch(batchSize) as Dataset<ImageElement>);
  return new ImageDataset(batches.prefetch(2), {
    classNames,
    filePaths: files.map(({ name }) => name),
    skippedFiles: loader.skipped,
  });
}

function labelOf(labelMode: ReadOptions['labelMode'], classes: number): (label: number) => HostArray {
  switch (labelMode) {
    case 'categorical':
      return (label) => {
        const oneHot = new Float32Array(classes);
        oneHot[label] = 1;
        return hostArray('float32', [classes], oneHot);
      };
    case 'binary':
      return (label) => hostArray('float32', [1], Float32Array.of(label));
    default:
      return (label) => hostArray('int32', [], Int32Array.of(label));
  }
}
