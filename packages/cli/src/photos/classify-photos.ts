import { FileError, readBytes } from '@manabi/files';
import { decodeImage, type HostArray, hostArray, type Model, resizeImage } from 'manabi';
import { probabilityRows } from '../classify/scores.ts';
import { findClassFolders } from '../folders/class-folders.ts';
import { unknownClass } from '../folders/unknown-class.ts';
import type { ImagesTask } from '../task/model-task.ts';
import { IMAGE_EXTENSIONS, photosIn } from './photo-folders.ts';

/** Largest image file that is read, in bytes. */
const MOST_BYTES = 2 ** 28;

/** Images per prediction. */
const BATCH = 32;

/**
 * Computes the probabilities of the classes of an image file.
 *
 * @throws FileError if the file cannot be read, or is not an image
 */
export async function classifyPhoto(model: Model, path: string, file: string): Promise<readonly number[]> {
  const bytes = await readBytes(file, { maxBytes: MOST_BYTES });
  const [row] = probabilityRows(await scoresOf(model, await photoInput(model, path, bytes, file)));
  return row;
}

/**
 * Converts an image file to a batch of one image, as in the training.
 *
 * @param name name of the image, used in messages
 * @throws FileError `corrupt` if the bytes are not an image
 */
export async function photoInput(
  model: Model,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): Promise<HostArray> {
  const [height, width] = imageSize(model, path);
  const image = await decodeImage(bytes, { channels: 3, name });
  const { data } = resizeImage(image, [height, width], { cropToAspectRatio: true, antialias: true });
  // Rounded as in the training.
  return hostArray('uint8', [1, height, width, 3], Uint8Array.from(Uint8ClampedArray.from(data)));
}

/**
 * Classifies the images of a folder or tar archive that contains a folder per class: those of `test` or `val` if there are such
 * folders.
 *
 * @returns scores and class indices
 * @throws ManabiError `data` for a class that the network does not have; as `findClassFolders`
 */
export async function classifyFolder(
  model: Model,
  path: string,
  source: string,
  { classNames }: ImagesTask,
): Promise<{ readonly scores: HostArray; readonly labels: HostArray }> {
  const { train, test } = await findClassFolders(source, IMAGE_EXTENSIONS);
  const folder = test ?? train;
  const unknown = folder.classNames.find((name) => !classNames.includes(name));
  if (unknown !== undefined) throw unknownClass(source, unknown, classNames);
  const options = { size: imageSize(model, path), batchSize: BATCH, seed: 0 };
  const { batches } = await photosIn(source, folder, classNames, options);
  const scores: number[] = [];
  const labels: number[] = [];
  for await (const [images, classes] of batches) {
    for (const score of (await scoresOf(model, images)).data) scores.push(Number(score));
    for (const label of classes.data) labels.push(Number(label));
  }
  return {
    scores: hostArray('float32', [labels.length, scores.length / labels.length], Float32Array.from(scores)),
    labels: hostArray('int32', [labels.length], Int32Array.from(labels)),
  };
}

async function scoresOf(model: Model, images: HostArray): Promise<HostArray> {
  const y = await model.predict(images, { batchSize: BATCH });
  return hostArray(y.dtype, y.shape, await y.data());
}

function imageSize({ inputTypes }: Model, path: string): readonly [height: number, width: number] {
  const types = inputTypes === null ? [] : 'shape' in inputTypes ? [inputTypes] : inputTypes;
  const [, height = null, width = null, channels = null] = types[0]?.shape ?? [];
  if (height !== null && width !== null && channels === 3) return [height, width];
  throw new FileError('corrupt', `${path} was saved for images, but its input is not [height, width, 3].`, {
    data: { source: path },
  });
}
