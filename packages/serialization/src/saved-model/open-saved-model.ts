import { readOptions } from '@manabi/errors';
import { type SourceOptions, sourceKinds } from '../stores/index.ts';
import type { SavedModelSource } from './folder.ts';
import type { SavedModel } from './open-folder.ts';

/**
 * Opens a SavedModel of TensorFlow or Keras (`model.export(path)` in Keras 3, `model.save(path)` in Keras 2), whose signatures can
 * then be run. The operations of its graph are computed with manabi's tensor functions. To load a SavedModel of Keras 2 as a
 * model that can be trained, use `loadModel`.
 *
 * @param source the path or URL of the folder, or its files by path
 * @throws FileError `corrupt` for damaged files; `notFound` without `saved_model.pb`; `unsupported`, `tooLarge`; the codes of
 * reading the files
 * @example
 * ```ts node-only
 * import { exportSavedModel, layers, openSavedModel, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], name: 'scores' })]);
 * await exportSavedModel(model, 'exported');
 * const saved = await openSavedModel('exported');
 * const [name] = Object.keys(saved.signatures.serving_default.inputs);
 * const { scores } = await saved.run({ [name]: tensor([[1, 2, 3]]) });
 * console.log(scores.shape); // [1, 2]
 * ```
 */
export async function openSavedModel(source: SavedModelSource, options: SourceOptions = {}): Promise<SavedModel> {
  const reading = readOptions('openSavedModel', options, sourceKinds);
  const { folderOf, openFolder } = await import('./in-keras.ts');
  return openFolder(folderOf(source, reading));
}
