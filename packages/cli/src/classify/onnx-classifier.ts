import { fileSize } from '@manabi/files';
import { type HostArray, hostArray, ManabiError } from 'manabi';
import { MissingPackage } from '../missing-package.ts';
import type { Classifier } from './classifier.ts';

/** Samples that are run at a time, where a file does not say. */
const BATCH = 1000;

/** Errors alone: ONNX Runtime warns of much that nobody here can change. */
const LOG_ERRORS = 3;

/** A classifier that ONNX Runtime runs. */
export interface OnnxClassifier extends Classifier {
  /** Gives its memory back. */
  readonly release: () => Promise<void>;
}

/**
 * A classifier from an ONNX file, run by `onnxruntime-node`. Of several outputs, the first has the scores.
 *
 * @throws MissingPackage without `onnxruntime-node`; FileError as `fileSize`; ManabiError `file` for what ONNX Runtime
 * refuses, `argument` for models of several inputs, or inputs of another kind than images
 */
export async function openOnnx(path: string): Promise<OnnxClassifier> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node').catch((error: unknown) => {
    throw new MissingPackage('onnxruntime-node', 'ONNX files are run', error);
  });
  // Its own message about a file that is not there says less. (It reads the path itself, for the data beside the file.)
  await fileSize(path);
  const session = await InferenceSession.create(path, { logSeverityLevel: LOG_ERRORS }).catch((error: unknown) => {
    throw refused(path, error);
  });
  const [input] = session.inputMetadata;
  const [output] = session.outputNames;
  if (session.inputNames.length !== 1 || !input.isTensor || (input.type !== 'float32' && input.type !== 'uint8')) {
    throw new ManabiError(
      'argument',
      `${path} is no classifier of images: it has the inputs ${session.inputNames.join(', ')}, of which one is needed, of ` +
        'float32 or uint8.',
      { data: { source: path, inputs: session.inputNames } },
    );
  }
  const { name, shape, type } = input;
  const batch = typeof shape[0] === 'number' && shape[0] > 0 ? shape[0] : BATCH;
  const isFixed = shape[0] === batch;
  /** Runs some rows, of which the first `rows` are samples, and gives their scores. */
  const run = async (x: HostArray, rows: number): Promise<Float32Array> => {
    const dims = [...x.shape];
    const feed =
      type === 'uint8'
        ? new Tensor('uint8', Uint8Array.from(x.data, Number), dims)
        : new Tensor('float32', Float32Array.from(x.data, Number), dims);
    const results = await session.run({ [name]: feed }).catch((error: unknown) => {
      throw refused(path, error);
    });
    const scores = Float32Array.from(results[output].data, Number);
    return scores.subarray(0, (scores.length / dims[0]) * rows);
  };
  return {
    name: path,
    input: { shape: shape.map((length) => (typeof length === 'number' ? length : null)), dtype: type },
    scalesPixels: null,
    predict: async (x) => {
      const parts: Float32Array[] = [];
      for (let from = 0; from < x.shape[0]; from += batch) {
        const rows = Math.min(batch, x.shape[0] - from);
        parts.push(await run(rowsOf(x, from, rows, isFixed ? batch : rows), rows));
      }
      return scoresOf(parts, x.shape[0]);
    },
    release: () => session.release(),
  };
}

/** Some rows, with zeros behind them for a file that takes no fewer than `length`. */
function rowsOf({ dtype, shape, data }: HostArray, from: number, rows: number, length: number): HostArray {
  const [, ...row] = shape;
  const size = row.reduce((product, extent) => product * extent, 1);
  const part = data.subarray(from * size, (from + rows) * size);
  if (rows === length) return hostArray(dtype, [rows, ...row], part);
  const padded = new Float32Array(length * size);
  padded.set(Float32Array.from(part, Number));
  return hostArray('float32', [length, ...row], padded);
}

function scoresOf(parts: readonly Float32Array[], count: number): HostArray {
  const all = Float32Array.from(parts.flatMap((part) => [...part]));
  return hostArray('float32', [count, all.length / Math.max(1, count)], all);
}

function refused(path: string, error: unknown): ManabiError {
  return new ManabiError('file', `ONNX Runtime refuses ${path}: ${messageOf(error)}`, {
    data: { source: path },
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
