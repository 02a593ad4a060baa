import type { FileError, RandomAccess } from '@manabi/files';
import { otherFile } from './other-file.ts';
import { recognizeOpen } from './recognize-file.ts';

/** Noun phrase for the files that `loadModel` reads, for error messages. */
export const MODEL = 'a Keras model (.keras, .h5 or the folder of a SavedModel)';

/** Returns the error for a file that is not a model. */
export async function otherModel(file: RandomAccess): Promise<FileError> {
  return otherFile(file.name, await recognizeOpen(file), MODEL);
}
