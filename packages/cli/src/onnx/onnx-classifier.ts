import { fileSize } from '@manabi/files';
import { type HostArray, hostArray, ManabiError } from 'manabi';
import type { Classifier } from '../classify/classifier.ts';
import { MissingPackage } from '../missing-package.ts';

/** Samples that are run at a time. */
const BATCH = 1000;

/** A classifier that ONNX Runtime runs. */
export interface OnnxClassifier extends Classifier {
  /** Gives its memory back. */
  readonly release: () => Promise<void>;
}

/**
 * A classifier from an ONNX file, run by `onnxruntime-node`.
 *
 * @throws MissingPackage without `onnxruntime-node`; FileError as `fileSize`; ManabiError `file` for what ONNX Runtime
 * refuses, `argument` for models of several inputs or outputs, or inputs of another kind than images
 */
export async function openOnnx(path: string): Promise<OnnxClassifier> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node').catch((error: unknown) => {
    throw new MissingPackage('onnxruntime-node', 'ONNX files are run', error);
  });
  // Its own message about a file that is not there says less. (It reads the path itself, for the data beside the file.)
  await fileSize(path);
  const session = await InferenceSession.create(path).catch((error: unknown) => {
    throw new ManabiError('file', `ONNX Runtime refuses ${path}: ${messageOf(error)}`, {
      data: { source: path },
      cause: error,
    });
  });
  const [input] = session.inputMetadata;
  const [output] = session.outputNames;
  const single = session.inputNames.length === 1 && session.outputNames.length === 1;
  if (!single || !input.isTensor || (input.type !== 'float32' && input.type !== 'uint8')) {
    throw new ManabiError(
      'argument',
      `${path} is no classifier of images: it has ${session.inputNames.length} inputs and ` +
        `${session.outputNames.length} outputs, of which one each is needed, the input of float32 or uint8.`,
      { data: { source: path, inputs: session.inputNames, outputs: session.outputNames } },
    );
  }
  const { name, shape, type } = input;
  const runBatch = async (x: HostArray): Promise<Float32Array> => {
    const feed =
      type === 'uint8'
        ? new Tensor('uint8', Uint8Array.from(x.data, Number), [...x.shape])
        : new Tensor('float32', Float32Array.from(x.data, Number), [...x.shape]);
    const results = await session.run({ [name]: feed });
    return Float32Array.from(results[output].data, Number);
  };
  return {
    name: path,
    input: { shape: shape.map((length) => (typeof length === 'number' ? length : null)), dtype: type },
    scalesPixels: null,
    predict: async (x) => {
      const [count, ...row] = x.shape;
      const size = row.reduce((product, length) => product * length, 1);
      const parts: Float32Array[] = [];
      for (let from = 0; from < count; from += BATCH) {
        const rows = Math.min(BATCH, count - from);
        const data = x.data.subarray(from * size, (from + rows) * size);
        parts.push(await runBatch(hostArray(x.dtype, [rows, ...row], data)));
      }
      return scoresOf(parts, count);
    },
    release: () => session.release(),
  };
}

function scoresOf(parts: readonly Float32Array[], count: number): HostArray {
  const all = Float32Array.from(parts.flatMap((part) => [...part]));
  return hostArray('float32', [count, all.length / Math.max(1, count)], all);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
