import { baseNamed } from '../photos/bases.ts';
import { type TrainPhotosOptions, trainPhotos } from '../photos/train-photos.ts';
import { beginTask } from '../task/begin-task.ts';
import type { Terminal } from '../terminal.ts';

/** Trains a classifier of images. */
export async function trainImages(options: TrainPhotosOptions, out: Terminal): Promise<void> {
  baseNamed(options.base);
  await beginTask(options);
  await trainPhotos(options, out);
}
