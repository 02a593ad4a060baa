import { loadModelFile } from '../model-file.ts';
import type { Classifier } from './classifier.ts';
import { modelClassifier } from './model-classifier.ts';
import { openOnnx } from './onnx-classifier.ts';

/**
 * Opens a saved classifier, passes it to `use`, and releases it afterwards.
 *
 * @param path a Keras file, which manabi runs, or an `.onnx` file, which ONNX Runtime runs
 * @throws FileError, ManabiError from `loadModelFile` and `openOnnx`
 */
export async function withClassifier<T>(path: string, use: (classifier: Classifier) => Promise<T>): Promise<T> {
  if (!path.toLowerCase().endsWith('.onnx'))
    return use(modelClassifier(path, await loadModelFile(path, { compile: false })));
  const classifier = await openOnnx(path);
  try {
    return await use(classifier);
  } finally {
    await classifier.release();
  }
}
