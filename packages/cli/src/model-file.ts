import { FileError } from '@manabi/files';
import { type FileKind, type LoadModelOptions, loadModel, type Model } from 'manabi';

/** Kinds of files that contain weights without layers. */
const WEIGHTS: ReadonlySet<unknown> = new Set<FileKind>(['h5Weights', 'npz', 'safetensors']);

/**
 * Loads a Keras model. If the file contains only weights, the error shows the command that combines them with the
 * layers of a model.
 *
 * @throws FileError from `loadModel`
 */
export async function loadModelFile(path: string, options: LoadModelOptions): Promise<Model> {
  try {
    return await loadModel(path, options);
  } catch (error) {
    if (!(error instanceof FileError) || !WEIGHTS.has(error.data.kind)) throw error;
    const message = `${error.message} On the command line:\n  manabi convert ${path} whole.keras --model layers.keras`;
    throw new FileError(error.code, message, { data: error.data, cause: error });
  }
}
