import { FileError } from '@manabi/files';
import { type FileKind, type LoadModelOptions, loadModel, type Model } from 'manabi';

/** Kinds of files that contain weights without layers. */
const WEIGHTS: ReadonlySet<unknown> = new Set<FileKind>(['h5Weights', 'npz', 'safetensors']);

/**
 * Loads a Keras model. For a file with weights only, the error shows the command that adds them to a model.
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
