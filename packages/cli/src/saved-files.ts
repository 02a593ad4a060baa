import { exportOnnx, type HostArray, loadModel, ManabiError, type Model, saveModel } from 'manabi';
import { modelClassifier } from './classify/model-classifier.ts';
import { openOnnx } from './classify/onnx-classifier.ts';
import { type Difference, differenceOf } from './differences.ts';

/** Where a trained network is saved; null for nowhere. */
export interface Destinations {
  /** A `.keras` file. */
  readonly keras: string | null;
  /** An `.onnx` file. */
  readonly onnx: string | null;
}

/** Saves a network wherever it is to be saved, and gives each path once it is written. */
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

/** How the files behave beside the network that they were made from; null for those that were not made. */
export interface FileDifferences {
  readonly keras: Difference | null;
  readonly onnx: Difference | null;
}

/** Outputs that differ by more are not those of the same network. */
const TOLERANCE = 1e-4;

/**
 * Loads what was saved, the ONNX file in ONNX Runtime, and compares outputs.
 *
 * @param x samples to compare them for
 * @throws ManabiError `value` if they differ by more than rounding; FileError, ManabiError as `loadModel` and `openOnnx`;
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
    `${path} does not give the outputs of the network: they differ by ${difference.maxAbsDiff}.`,
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
