import {
  exportOnnx,
  type HostArray,
  loadModel,
  ManabiError,
  type Model,
  type SaveModelOptions,
  saveModel,
} from 'manabi';
import { modelClassifier } from './classify/model-classifier.ts';
import { openOnnx } from './classify/onnx-classifier.ts';
import { type Difference, differenceOf } from './differences.ts';

/** Paths to save a trained network to; null for a format in which it is not saved. */
export interface Destinations {
  /** A `.keras` file. */
  readonly keras: string | null;
  /** An `.onnx` file. */
  readonly onnx: string | null;
}

/**
 * Saves a network to all paths, and yields each path after the file is written.
 *
 * @param metadata what the `.keras` file states about the network
 */
export async function* saveTo(
  network: Model,
  { keras, onnx }: Destinations,
  metadata: SaveModelOptions['metadata'],
): AsyncGenerator<string> {
  if (keras !== null) {
    await saveModel(network, keras, metadata === undefined ? {} : { metadata });
    yield keras;
  }
  if (onnx !== null) {
    await exportOnnx(network, onnx);
    yield onnx;
  }
}

/** How much the outputs of a network and of its saved files differ; null for files that were not written. */
export interface FileDifferences {
  readonly keras: Difference | null;
  readonly onnx: Difference | null;
}

/** Differences between outputs up to this value can be rounding errors. */
const TOLERANCE = 1e-4;

/**
 * Loads the saved files (the ONNX file in ONNX Runtime) and compares their outputs with those of the network.
 *
 * @param x samples for which the outputs are compared
 * @throws ManabiError `value` if outputs differ by more than rounding; FileError, ManabiError from `loadModel` and
 * `openOnnx`; MissingPackage without `onnxruntime-node`
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
    `Verification failed: outputs of ${path} differ from those of the network by ${difference.maxAbsDiff}; expected at most ${TOLERANCE}. Do not use the file, and report this error.`,
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
