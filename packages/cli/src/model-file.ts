import { FileError } from '@manabi/files';
import { type FileKind, type LoadModelOptions, loadModel, type Model } from 'manabi';

/** Kinds of files that have weights without the layers that they belong to. */
const WEIGHTS: ReadonlySet<unknown> = new Set<FileKind>(['h5Weights', 'npz', 'safetensors']);

/**
 * Loads a model of Keras. For a file of weights alone, the error says how to put them into a model.
 *
 * @throws FileError as `loadModel`
 * @example `const model = await loadModelFile('digits.keras', { compile: false });`
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
