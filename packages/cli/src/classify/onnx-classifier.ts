import { type HostArray, hostArray, ManabiError, onnx } from 'manabi';
import { MissingPackage } from '../missing-package.ts';
import type { Classifier } from './classifier.ts';

/** Number of samples per run, unless the ONNX file has a fixed batch size. */
const BATCH = 1000;

/** A classifier in an ONNX file, which ONNX Runtime runs. */
export interface OnnxClassifier extends Classifier {
  /** Frees the memory of the ONNX Runtime session. */
  readonly release: () => Promise<void>;
}

/**
 * Creates a classifier from an ONNX file, run by `onnxruntime-node`. The first output contains the scores.
 *
 * @throws MissingPackage without `onnxruntime-node`; FileError if the file does not exist; ManabiError `data` for a file that
 * ONNX Runtime rejects, `argument` for a model with several inputs or with an input other than float32 or uint8
 */
export async function openOnnx(path: string): Promise<OnnxClassifier> {
  const session = await onnx.openSession(path).catch((error: unknown) => {
    if (!(error instanceof ManabiError) || typeof error.data.package !== 'string') throw error;
    throw new MissingPackage(error.data.package, 'run ONNX files', error);
  });
  const { name = '', shape: declared = null, dtype = null } = session.inputs.at(0) ?? {};
  const [output] = session.outputNames;
  if (session.inputs.length !== 1 || declared === null || (dtype !== 'float32' && dtype !== 'uint8')) {
    await session.release();
    throw new ManabiError(
      'argument',
      `${path} is not an image classifier: expected one input of float32 or uint8; got ` +
        `${session.inputs.map((input) => `'${input.name}' ${input.dtype ?? 'of unknown dtype'}`).join(', ') || 'none'}.`,
      { data: { source: path, inputs: session.inputNames } },
    );
  }
  const shape = declared.map((length) => (typeof length === 'number' ? length : null));
  const batch = shape[0] !== null && shape[0] > 0 ? shape[0] : BATCH;
  const isFixed = shape[0] === batch;
  /** Runs the network on `x` and returns the scores of the first `rows` rows of `x`; later rows are padding. */
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

/**
 * Returns rows of `x` from index `from`, padded with rows of zeros to `length`, which a file with a fixed batch size
 * requires.
 */
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
