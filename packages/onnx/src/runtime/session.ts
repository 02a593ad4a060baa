import {
  anything,
  type KindsOf,
  kind,
  ManabiError,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  recordOf,
} from '@manabi/errors';
import { fileSize } from '@manabi/files';
import { checkHostArray, type HostArray } from '@manabi/ir';
import type { InferenceSession } from 'onnxruntime-node';
import type { OnnxPort } from '../inspect/inspect-onnx.ts';
import { toHost, toTensor } from './elements.ts';

/** Options of `openSession`. */
export interface SessionOptions {
  /** Number of threads that compute one operator. By default, ONNX Runtime uses one for each core. */
  readonly threads?: number;
}

const kinds = { threads: optional(positiveInteger) } satisfies KindsOf<SessionOptions>;

/** A model that ONNX Runtime has loaded. It occupies memory until `release` is called. */
export interface OnnxSession {
  /** Inputs in order, as declared in the file. */
  readonly inputs: readonly OnnxPort[];
  /** Outputs in order, as declared in the file. */
  readonly outputs: readonly OnnxPort[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the model on arrays, which are passed by input name, and returns its outputs by name.
   *
   * The arrays must have the dtypes that the file states, with these exceptions: inputs of int64 and uint64 accept
   * arrays of any integer dtype, or of float64 with integer values; inputs of int8, int16 and uint16 accept arrays of
   * int32. Outputs of int64 and uint64 are returned as float64, and outputs of int8, int16 and uint16 as int32.
   *
   * @throws ManabiError `argument` for missing or unknown names; `dtype` for an array whose dtype the input does not
   * accept, and for ONNX dtypes that manabi does not have, such as float16; `data` if ONNX Runtime rejects the inputs;
   * `disposed` after `release`
   */
  run(inputs: Readonly<Record<string, HostArray>>): Promise<Readonly<Record<string, HostArray>>>;
  /** Frees the memory of the model after all started runs are complete. Further calls of `release` do nothing. */
  release(): Promise<void>;
}

/** Validator for an ONNX file that is passed as a path or as bytes. */
export const fileKind = kind(
  'a path, or a Uint8Array',
  (given): given is string | Uint8Array => typeof given === 'string' || given instanceof Uint8Array,
);

const inputsKind = recordOf(anything<HostArray>('a host array'));

/**
 * Opens a model in ONNX Runtime, to run it on host arrays. The first call loads `onnxruntime-node`, an optional peer
 * dependency.
 *
 * @param file path of an ONNX file, whose external data, if any, must be in the same folder; or the bytes of a file
 * without external data
 * @throws ManabiError `argument` if `onnxruntime-node` is not installed (`data.package` names it), and for unknown options;
 * `data` if ONNX Runtime rejects the file. FileError from `fileSize`, such as `notFound`
 * @example
 * ```ts
 * import { openSession } from '@manabi/onnx';
 * import { exportOnnx, hostArray, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.activation({ activation: 'relu', inputShape: [2], name: 'y' })]);
 * const session = await openSession(await exportOnnx(model, { inputNames: ['x'], outputNames: ['y'] }));
 * const { y } = await session.run({ x: hostArray('float32', [1, 2], Float32Array.of(-1, 2)) });
 * console.log(y.data[1]); // 2
 * await session.release();
 * ```
 */
export async function openSession(file: string | Uint8Array, options: SessionOptions = {}): Promise<OnnxSession> {
  const { threads } = readOptions('openSession', options, kinds);
  readArgument('openSession', 'file', file, fileKind);
  const runtime = await loadRuntime();
  // ONNX Runtime must read the file itself to find its external data. `fileSize` is called because its error for a
  // missing file is better.
  if (typeof file === 'string') await fileSize(file);
  const settings = {
    // Log errors only: users cannot do anything about warnings of ONNX Runtime's optimizer.
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }),
  } as const;
  const { InferenceSession: Session } = runtime;
  const session = await translatingErrors('openSession', file, () =>
    typeof file === 'string' ? Session.create(file, settings) : Session.create(file, settings),
  );
  const inputs = session.inputMetadata.map(portOf);
  const { inputNames, outputNames } = session;
  let isReleased = false;
  const running = new Set<Promise<unknown>>();
  return {
    inputs,
    outputs: session.outputMetadata.map(portOf),
    inputNames,
    outputNames,
    run: async (given) => {
      readArgument('session.run', 'inputs', given, inputsKind);
      if (isReleased) {
        throw new ManabiError('disposed', 'The session was released. Open the file again with openSession().', {
          op: 'session.run',
        });
      }
      checkNames(inputNames, Object.keys(given));
      const feeds = inputs.map(({ name, dtype }) => {
        checkHostArray('session.run', given[name]);
        return [name, toTensor(runtime, name, dtype, given[name])] as const;
      });
      const run = translatingErrors('session.run', file, () => session.run(Object.fromEntries(feeds)));
      running.add(run);
      const results = await run.finally(() => running.delete(run));
      return Object.fromEntries(outputNames.map((name) => [name, toHost(name, results[name])]));
    },
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      await Promise.allSettled(running);
      await session.release();
    },
  };
}

type Runtime = typeof import('onnxruntime-node');

/**
 * Name of the optional package, which is imported by this variable. With a literal, bundlers for web pages would try to
 * resolve the package.
 */
const runtimePackage: string = 'onnxruntime-node';

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ runtimePackage);
  } catch (cause) {
    throw new ManabiError(
      'argument',
      `Running ONNX files requires ${runtimePackage}, which is not installed. Run: npm install ${runtimePackage}`,
      { op: 'openSession', data: { package: runtimePackage }, cause },
    );
  }
}

async function translatingErrors<T>(op: string, file: string | Uint8Array, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const source = typeof file === 'string' ? file : 'the model';
    const action = op === 'openSession' ? 'open' : 'run';
    throw new ManabiError(
      'data',
      `ONNX Runtime could not ${action} ${source}: ${cause instanceof Error ? cause.message : cause}`,
      { op, data: { action, source }, cause },
    );
  }
}

function portOf(port: InferenceSession.ValueMetadata): OnnxPort {
  if (!port.isTensor) return { name: port.name, dtype: null, shape: null };
  const shape = port.shape.map((length) =>
    (typeof length === 'number' && length < 0) || length === '' ? null : length,
  );
  return { name: port.name, dtype: port.type, shape };
}

function checkNames(names: readonly string[], given: readonly string[]): void {
  const missing = names.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !names.includes(name));
  if (missing.length + unknown.length === 0) return;
  const wrong = [
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`unknown: ${unknown.join(', ')}`] : []),
  ];
  throw new ManabiError('argument', `\`inputs\` must have the keys ${names.join(', ')}; ${wrong.join('; ')}.`, {
    op: 'session.run',
    data: { inputs: names, missing, unknown },
  });
}
