import { FileError } from '@manabi/files';
import { type Folder, readFile } from './folder.ts';
import { readGraph } from './open-folder.ts';
import { Message } from './protobuf.ts';

/**
 * Returns the description of a Keras 2 model in a SavedModel as JSON: from `keras_metadata.pb`, or, before TensorFlow 2.5, from
 * the object graph. Null if the SavedModel does not contain a Keras model.
 *
 * @throws FileError `corrupt`; `notFound` without `saved_model.pb`
 */
export async function kerasMetadata(folder: Folder): Promise<string | null> {
  const metadata = await optionalFile(folder, 'keras_metadata.pb');
  if (metadata !== null) {
    const objects = new Message(metadata, `${folder.name}/keras_metadata.pb`).messages(1);
    // The path of the model is `root`, and those of layers are `root.layer-0`, …
    const root = objects.find((object) => object.text(3) === 'root');
    if (root !== undefined) return root.text(5);
  }
  const [model] = (await readGraph(folder)).objects.messages(1);
  const user = model?.message(4);
  return user?.text(1).startsWith('_tf_keras_') && user.has(3) ? user.text(3) : null;
}

async function optionalFile(folder: Folder, path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readFile(folder, path);
  } catch (error) {
    const isMissing =
      error instanceof FileError && (error.code === 'notFound' || (error.code === 'http' && error.data.status === 404));
    if (isMissing) return null;
    throw error;
  }
}
