import { type Dataset, fromTensorSlices } from '@manabi/data';
import { ManabiError, readArgument } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import { anySeed, NumpyRandom } from '../numpy/numpy-random.ts';
import type { PhotoThreads } from '../photos/photo-threads.ts';
import { ImageDataset } from './image-dataset.ts';
import { CHANNELS, type ImageFolderOptions, type ReadOptions, readImageFolderOptions } from './image-folder-options.ts';
import { type ImageSource, imageSourceKind, openImageTree, type TreeFile } from './image-tree.ts';
import { type LabelledFiles, labelsByFolder, labelsGiven } from './label-images.ts';
import { imageLoader, type LoadedImages, noImages } from './load-images.ts';
import { openThreads } from './on-threads.ts';
import { resizingReader } from './resizing-reader.ts';

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
  const threads = await openThreads(OP, options.threads);
  return wanted.map((part, i) => {
    if (part.files.length === 0) {
      throw noImages(OP, tree.name, EXTENSIONS, subset === 'both' ? ['training', 'validation'][i] : subset);
    }
    return datasetOf(part, hasLabels ? index.classNames : [], hasLabels, seed, options, threads);
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

/** An element of the dataset, or null if none of its images can be decoded; and the images that cannot. */
interface LoadedElement {
  readonly element: ImageElement | null;
  readonly failed: LoadedImages['failed'];
}

/** Most bytes of the batches that are decoded at the same time, if there is more than one. */
const MOST_BYTES = 2 ** 28;

function datasetOf(
  { files, labels, isShuffled }: Subset,
  classNames: readonly string[],
  hasLabels: boolean,
  seed: number,
  options: ReadOptions,
  threads: PhotoThreads | null,
): ImageDataset<ImageElement> {
  const { batchSize, onError, cache: isCached, parallel, imageSize, exifOrientation, dtype } = options;
  const { interpolation, antialias, cropToAspectRatio, padToAspectRatio } = options;
  const channels = CHANNELS[options.colorMode];
  const resizing = { interpolation, antialias, cropToAspectRatio, padToAspectRatio };
  const reader = resizingReader({ imageSize, channels, exifOrientation, dtype, resizing }, threads);
  const loader = imageLoader(files, reader, { isCached, onError, parallel });
  const shape = [...imageSize, channels];
  const toLabels = labelsOf(options.labelMode, classNames.length);
  const indices = fromTensorSlices({ index: hostArray('int32', [files.length], Int32Array.from(files.keys())) });
  const ordered = isShuffled ? indices.shuffle(files.length, { seed }) : indices;

  const load = async ({ index }: { index: HostArray }, signal: AbortSignal): Promise<LoadedElement> => {
    const positions = [...index.data];
    const { data, kept, failed } = await loader.load(positions, signal);
    if (kept.length === 0) return { element: null, failed };
    const isSingle = index.shape.length === 0;
    const images = hostArray(dtype, isSingle ? shape : [kept.length, ...shape], data);
    if (!hasLabels) return { element: images, failed };
    const ofKept = toLabels(kept.map((position) => labels[positions[position]]));
    return { element: [images, isSingle ? { ...ofKept, shape: ofKept.shape.slice(1) } : ofKept], failed };
  };
  const isKept = ({ element, failed }: LoadedElement): boolean => {
    loader.report(failed);
    return element !== null;
  };
  const elementsOf = (loaded: Dataset<LoadedElement>): Dataset<ImageElement> => {
    const kept = onError === 'throw' ? loaded : loaded.filter(isKept);
    // The elements are not null any more: without `filter`, errors are thrown.
    return kept.map(({ element }) => element as ImageElement);
  };

  let elements: Dataset<ImageElement>;
  if (batchSize === null) {
    elements = elementsOf(ordered.map((element, { signal }) => load(element, signal), { parallel }));
  } else {
    const bytes = reader.size * batchSize * (dtype === 'float32' ? 4 : 1);
    const most = threads === null ? 1 : threads.count + 1;
    const ahead = Math.max(1, Math.min(most, Math.floor(MOST_BYTES / bytes)));
    const batches = elementsOf(
      ordered.batch(batchSize).map((batch, { signal }) => load(batch, signal), { parallel: ahead }),
    );
    // Batches without the images that were skipped are filled with the next images.
    elements = onError === 'throw' ? batches : batches.rebatch(batchSize);
  }
  return new ImageDataset(elements.prefetch(2), {
    classNames,
    filePaths: files.map(({ name }) => name),
    skippedFiles: loader.skipped,
  });
}

/** Returns a function that encodes class indices as labels, one row for each. */
function labelsOf(labelMode: ReadOptions['labelMode'], classes: number): (labels: readonly number[]) => HostArray {
  switch (labelMode) {
    case 'categorical':
      return (labels) => {
        const oneHot = new Float32Array(labels.length * classes);
        labels.forEach((label, i) => {
          oneHot[i * classes + label] = 1;
        });
        return hostArray('float32', [labels.length, classes], oneHot);
      };
    case 'binary':
      return (labels) => hostArray('float32', [labels.length, 1], Float32Array.from(labels));
    default:
      return (labels) => hostArray('int32', [labels.length], Int32Array.from(labels));
  }
}
