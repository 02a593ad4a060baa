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

/** How a session runs. */
export interface SessionOptions {
  /** Threads that share the work of one operator; by default ONNX Runtime's own choice, the number of cores. */
  readonly threads?: number;
}

const kinds = { threads: optional(positiveInteger) } satisfies KindsOf<SessionOptions>;

/** A model that ONNX Runtime has loaded. It holds memory until it is released. */
export interface OnnxSession {
  /** The inputs, in order, as the file declares them. */
  readonly inputs: readonly OnnxPort[];
  /** The outputs, in order. */
  readonly outputs: readonly OnnxPort[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the model on arrays by name, and returns its outputs by name.
   *
   * Elements are those of the file. Inputs of int64 and uint64 take arrays of any integer dtype, or of float64 with
   * integers; inputs of int8, int16 and uint16 take int32. Outputs of these types are float64 and int32.
   *
   * @throws ManabiError `argument` for names that are missing or unknown; `dtype` for elements of another type than the
   * input's, or that no dtype holds, such as float16; `data` if ONNX Runtime refuses the inputs; `disposed` after
   * `release`
   */
  run(inputs: Readonly<Record<string, HostArray>>): Promise<Readonly<Record<string, HostArray>>>;
  /** Frees the memory of the model, after the runs that have begun; a second call does nothing. */
  release(): Promise<void>;
}

/** A path, or bytes. */
export const fileKind = kind(
  'a path, or bytes',
  (given): given is string | Uint8Array => typeof given === 'string' || given instanceof Uint8Array,
);

const inputsKind = recordOf(anything<HostArray>('a host array'));

/**
 * Opens a model in ONNX Runtime, to run it on host arrays. `onnxruntime-node`, an optional peer dependency, is loaded by the
 * first call.
 *
 * @param file path, beside which external data are found, or the bytes of a model that holds all its data
 * @throws ManabiError `argument` if `onnxruntime-node` is not installed (`data.package` names it), and for unknown options;
 * `data` if ONNX Runtime refuses the file. FileError as `fileSize`, such as `notFound`
 * @example
 * ```ts
 * const session = await openSession('digits.onnx');
 * const { scores } = await session.run({ x: hostArray('float32', [1, 28, 28, 1], pixels) });
 * await session.release();
 * ```
 */
export async function openSession(file: string | Uint8Array, options: SessionOptions = {}): Promise<OnnxSession> {
  const { threads } = readOptions('openSession', options, kinds);
  readArgument('openSession', 'file', file, fileKind);
  const runtime = await loadRuntime();
  // ONNX Runtime reads paths itself, for the data beside the file; its message about a missing file says less.
  if (typeof file === 'string') await fileSize(file);
  const settings = {
    // Errors alone: warnings of the runtime's own optimizer concern its authors.
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }),
  } as const;
  const { InferenceSession: Session } = runtime;
  const session = await refusing('openSession', file, () =>
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
        throw new ManabiError('disposed', 'The session was released. Open the file again to run it.', {
          op: 'session.run',
        });
      }
      checkNames(inputNames, Object.keys(given));
      const feeds = inputs.map(({ name, dtype }) => {
        checkHostArray('session.run', given[name]);
        return [name, toTensor(runtime, name, dtype, given[name])] as const;
      });
      const run = refusing('session.run', file, () => session.run(Object.fromEntries(feeds)));
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

/** Named apart from the import: bundlers of pages, which open no session, would look for it and for its native parts. */
const runtimePackage: string = 'onnxruntime-node';

async function loadRuntime(): Promise<Runtime> {
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ runtimePackage);
  } catch (cause) {
    throw new ManabiError(
      'argument',
      `ONNX files run in ONNX Runtime, which is not installed: npm install ${runtimePackage}.`,
      { op: 'openSession', data: { package: runtimePackage }, cause },
    );
  }
}

async function refusing<T>(op: string, file: string | Uint8Array, work: () => Promise<T>): Promise<T> {
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
  throw new ManabiError('argument', `The model has the inputs ${names.join(', ')}; ${wrong.join('; ')}.`, {
    op: 'session.run',
    data: { inputs: names, missing, unknown },
  });
}
