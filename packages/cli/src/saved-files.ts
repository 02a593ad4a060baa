import { exportOnnx, type HostArray, loadModel, ManabiError, type Model, saveModel } from 'manabi';
import { modelClassifier } from './classify/model-classifier.ts';
import { openOnnx } from './classify/onnx-classifier.ts';
import { type Difference, differenceOf } from './differences.ts';

/** Paths that a trained network is saved to; null for formats that are not written. */
export interface Destinations {
  /** A `.keras` file. */
  readonly keras: string | null;
  /** An `.onnx` file. */
  readonly onnx: string | null;
}

/** Saves a network to its destinations, and yields each path once it is written. */
export async function* saveTo(network: Model, { keras, onnx }: Destinations): AsyncGenerator<string> {
  if (keras !== null) {
    await saveModel(network, keras);
    yield keras;
  }
  if (onnx !== null) {
    await exportOnnx(network, onnx);
    yield onnx;
  }
}

/** Differences between a network and its saved files; null for files that were not written. */
export interface FileDifferences {
  readonly keras: Difference | null;
  readonly onnx: Difference | null;
}

/** Largest difference between outputs that rounding errors can cause. */
const TOLERANCE = 1e-4;

/**
 * Loads the saved files (the ONNX file in ONNX Runtime) and compares their outputs with those of the network.
 *
 * @param x samples to compare the outputs for
 * @throws ManabiError `value` if outputs differ by more than rounding; FileError, ManabiError from `loadModel` and `openOnnx`;
 * MissingPackage without `onnxruntime-node`
 */
export async function verifyFiles(
  network: Model,
  { keras, onnx }: Destinations,
  x: HostArray,
): Promise<FileDifferences> {
  const expected = await modelClassifier(network.name, network).predict(x);
  const reloaded = keras === null ? null : await modelClassifier(keras, await loadModel(keras)).predict(x);
  const differences = {
    keras: reloaded === null ? null : differenceOf(expected, reloaded),
    onnx: onnx === null ? null : differenceOf(expected, await runOnnx(onnx, x)),
  };
  checkDifference(keras, differences.keras);
  checkDifference(onnx, differences.onnx);
  return differences;
}

function checkDifference(path: string | null, difference: Difference | null): void {
  if (difference === null || difference.maxAbsDiff <= TOLERANCE) return;
  throw new ManabiError(
    'value',
    `Verification failed: outputs of ${path} differ from those of the network by ${difference.maxAbsDiff}; allowed is ${TOLERANCE}.`,
    {
      data: { source: path, maxAbsDiff: difference.maxAbsDiff },
    },
  );
}

async function runOnnx(path: string, x: HostArray): Promise<HostArray> {
  const session = await openOnnx(path);
  try {
    return await session.predict(x);
  } finally {
    await session.release();
  }
}
