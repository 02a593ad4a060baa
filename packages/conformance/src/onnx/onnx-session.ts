import { type DType, dtypes, type HostArray, hostArray } from '@manabi/ir';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Element types that graphs share with ONNX Runtime; its names are NumPy's, as ours. */
const shared: readonly DType[] = ['float32', 'float64', 'int32', 'uint32', 'uint8', 'bool'];

/** A file that ONNX Runtime runs. */
export interface OnnxRun {
  /** The outputs, in the file's order. */
  run(inputs: readonly HostArray[]): Promise<readonly HostArray[]>;
  close(): Promise<void>;
}

/** Opens the bytes of a file; errors of ONNX Runtime are passed on. */
export async function openOnnx(bytes: Uint8Array): Promise<OnnxRun> {
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    run: async (inputs) => {
      const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, toTensor(inputs[i])]));
      const results = await session.run(feeds);
      return session.outputNames.map((name) => toHost(results[name]));
    },
    close: () => session.release(),
  };
}

function toTensor({ dtype, shape, data }: HostArray): Tensor {
  return new Tensor(dtype, data, shape);
}

function toHost({ type, dims, data }: Tensor): HostArray {
  const dtype = shared.find((each) => each === type);
  if (dtype === undefined) throw new TypeError(`ONNX Runtime gave elements of type ${type}.`);
  const elements = dtypes[dtype].create(data.length);
  for (let i = 0; i < elements.length; i++) elements[i] = Number(data[i]);
  return hostArray(dtype, dims, elements);
}
