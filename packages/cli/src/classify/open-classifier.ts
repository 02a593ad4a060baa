import type { Model } from 'manabi';
import { loadModelFile } from '../model-file.ts';
import type { Classifier } from './classifier.ts';
import { modelClassifier } from './model-classifier.ts';
import { openOnnx } from './onnx-classifier.ts';

/**
 * Opens a saved classifier, passes it to `use`, and releases it afterwards.
 *
 * @param path a Keras file, which manabi runs, or an `.onnx` file, which ONNX Runtime runs
 * @param prepare receives a model of a Keras file before it computes anything
 * @throws FileError, ManabiError from `loadModelFile` and `openOnnx`
 */
export async function withClassifier<T>(
  path: string,
  prepare: (model: Model) => Promise<void>,
  use: (classifier: Classifier) => Promise<T>,
): Promise<T> {
  if (!path.toLowerCase().endsWith('.onnx')) {
    const model = await loadModelFile(path, { compile: false });
    await prepare(model);
    return use(modelClassifier(path, model));
  }
  const classifier = await openOnnx(path);
  try {
    return await use(classifier);
  } finally {
    await classifier.release();
  }
}
