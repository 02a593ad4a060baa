import { type HostArray, hostArray, ManabiError, onnx } from 'manabi';
import { MissingPackage } from '../missing-package.ts';
import type { Classifier } from './classifier.ts';

/** Samples that are run at a time, where a file does not say. */
const BATCH = 1000;

/** A classifier that ONNX Runtime runs. */
export interface OnnxClassifier extends Classifier {
  /** Gives its memory back. */
  readonly release: () => Promise<void>;
}

/**
 * A classifier from an ONNX file, run by `onnxruntime-node`. Of several outputs, the first has the scores.
 *
 * @throws MissingPackage without `onnxruntime-node`; FileError if there is no such file; ManabiError `data` for what ONNX Runtime
 * refuses, `argument` for models of several inputs, or inputs of another kind than images
 */
export async function openOnnx(path: string): Promise<OnnxClassifier> {
  const session = await onnx.openSession(path).catch((error: unknown) => {
    if (!(error instanceof ManabiError) || typeof error.data.package !== 'string') throw error;
    throw new MissingPackage(error.data.package, 'ONNX files are run', error);
  });
  const { name = '', shape: declared = null, dtype = null } = session.inputs.at(0) ?? {};
  const [output] = session.outputNames;
  if (session.inputs.length !== 1 || declared === null || (dtype !== 'float32' && dtype !== 'uint8')) {
    await session.release();
    throw new ManabiError(
      'argument',
      `${path} is no classifier of images: it has the inputs ${session.inputNames.join(', ')}, of which one is needed, of ` +
        'float32 or uint8.',
      { data: { source: path, inputs: session.inputNames } },
    );
  }
  const shape = declared.map((length) => (typeof length === 'number' ? length : null));
  const batch = shape[0] !== null && shape[0] > 0 ? shape[0] : BATCH;
  const isFixed = shape[0] === batch;
  /** Runs some rows, of which the first `rows` are samples, and gives their scores. */
  const run = async (x: HostArray, rows: number): Promise<Float32Array> => {
    const results = await session.run({ [name]: { ...x, dtype, data: elementsOf(dtype, x) } });
    const scores = Float32Array.from(results[output].data);
    return scores.subarray(0, (scores.length / x.shape[0]) * rows);
  };
  return {
    name: path,
    input: { shape, dtype },
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

function elementsOf(dtype: 'float32' | 'uint8', { data }: HostArray): Float32Array | Uint8Array {
  return dtype === 'uint8' ? Uint8Array.from(data) : Float32Array.from(data);
}
