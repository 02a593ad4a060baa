import { type DType, dtypes, type HostArray, hostArray, ManabiError } from '@manabi/ir';
import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** A file that ONNX Runtime runs. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs it on arrays by name; gives the outputs by name. */
  run(inputs: ReadonlyMap<string, HostArray>): Promise<ReadonlyMap<string, HostArray>>;
  close(): Promise<void>;
}

/**
 * Opens a file with `onnxruntime-node`, which is only loaded here.
 *
 * @param file path, for which data beside it are found, or bytes
 * @throws ManabiError `argument` if `onnxruntime-node` is not installed; `data` if it refuses the file
 */
export async function openSession(file: string | Uint8Array): Promise<OnnxSession> {
  const runtime = await loadRuntime();
  const session = await refusing(() => createSession(runtime, file), 'open');
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (inputs) => {
      const feeds = Object.fromEntries([...inputs].map(([name, array]) => [name, toTensor(runtime, array)]));
      const results = await refusing(() => session.run(feeds), 'run');
      return new Map(session.outputNames.map((name) => [name, toHost(name, results[name])]));
    },
    close: () => session.release(),
  };
}

type Runtime = typeof import('onnxruntime-node');

/** Named apart from the import: bundlers of pages, which never compare, would look for it and for its native parts. */
const runtimePackage: string = 'onnxruntime-node';

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ runtimePackage);
  } catch (cause) {
    throw new ManabiError(
      'argument',
      'compare runs the file with ONNX Runtime, which is not installed: npm install onnxruntime-node.',
      { op: 'compare', data: { package: 'onnxruntime-node' }, cause },
    );
  }
}

function createSession({ InferenceSession }: Runtime, file: string | Uint8Array): Promise<InferenceSession> {
  // Warnings of the runtime's own optimizer are no concern of whoever compares.
  const options = { logSeverityLevel: 3 } as const;
  return typeof file === 'string' ? InferenceSession.create(file, options) : InferenceSession.create(file, options);
}

async function refusing<T>(work: () => Promise<T>, action: string): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ManabiError(
      'data',
      `ONNX Runtime could not ${action} the file: ${cause instanceof Error ? cause.message : cause}`,
      {
        op: 'compare',
        data: { action },
        cause,
      },
    );
  }
}

function toTensor(runtime: Runtime, { dtype, shape, data }: HostArray): Tensor {
  return new runtime.Tensor(dtype, data, shape);
}

function toHost(name: string, { type, dims, data }: Tensor): HostArray {
  if (type === 'string')
    throw new ManabiError('dtype', `Output ${name} holds strings.`, { op: 'compare', data: { name } });
  const dtype = isDType(type) ? type : 'float64';
  const elements = dtypes[dtype].create(data.length);
  for (let i = 0; i < elements.length; i++) elements[i] = Number(data[i]);
  return hostArray(dtype, dims, elements);
}

function isDType(type: string): type is DType {
  return Object.hasOwn(dtypes, type);
}
