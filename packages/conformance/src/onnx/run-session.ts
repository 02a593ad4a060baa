import { type DType, dtypes, type ElementArray, type HostArray, hostArray } from '@manabi/ir';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** An ONNX file ready to run on ONNX Runtime's CPU kernels. */
export async function sessionOf(file: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 });
}

/** Runs a session on arrays, by name, and gives all outputs in order. */
export async function runSession(
  session: InferenceSession,
  inputs: Readonly<Record<string, HostArray>>,
): Promise<readonly HostArray[]> {
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, array]) => [name, tensorOf(array)]));
  const results = await session.run(feeds);
  return session.outputNames.map((name) => arrayOf(results[name]));
}

function tensorOf({ dtype, shape, data }: HostArray): Tensor {
  switch (dtype) {
    case 'float32':
      return new Tensor('float32', Float32Array.from(data), shape);
    case 'float64':
      return new Tensor('float64', Float64Array.from(data), shape);
    case 'int32':
      return new Tensor('int32', Int32Array.from(data), shape);
    case 'uint32':
      return new Tensor('uint32', Uint32Array.from(data), shape);
    case 'uint8':
      return new Tensor('uint8', Uint8Array.from(data), shape);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(data), shape);
  }
}

function arrayOf({ type, dims, data }: Tensor): HostArray {
  const dtype = isDType(type) ? type : null;
  if (dtype === null || !isElements(data)) throw new TypeError(`An output of ${type} is none of a graph.`);
  return hostArray(dtype, dims, data);
}

function isDType(type: string): type is DType {
  return Object.hasOwn(dtypes, type);
}

function isElements(data: Tensor['data']): data is ElementArray {
  return (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof Uint32Array ||
    data instanceof Uint8Array
  );
}
