import {
  type Backend,
  type BackendLoss,
  type Buffer,
  type DType,
  dtypes,
  type HostArray,
  lostError,
  ManabiError,
  type OpName,
  sizeOf,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';

/** Options of `delayedBackend`. */
export interface DelayedBackendOptions {
  readonly name: string;
  /** Returns a promise for which an operation waits before it runs. */
  readonly delay: (operation: 'compile' | 'run' | 'read') => Promise<void>;
  readonly dtypes?: readonly DType[];
  readonly supports?: (op: OpName, dtype: DType) => boolean;
}

/** An asynchronous backend for tests, which computes with the reference interpreter after delays. */
export interface DelayedBackend extends Backend {
  readonly loss: BackendLoss | null;
  /** Texts that record when operations began and ended, in order: `run begins`, `run ends`. */
  readonly log: string[];
  /** Number of graphs that the backend has compiled. */
  compiled: number;
  /** Simulates the loss of the device. Operations that are running fail with errors of their own. */
  lose(message: string): void;
}

/**
 * Creates a backend whose operations are delayed. It throws if two operations overlap or if a released buffer is used.
 * It also overwrites released memory, so that tests detect reads of it.
 */
export function delayedBackend({ name, delay, ...capabilities }: DelayedBackendOptions): DelayedBackend {
  const held = new Map<Buffer, HostArray>();
  const log: string[] = [];
  let loss: BackendLoss | null = null;
  let running: string | null = null;

  const elementsOf = (buffer: Buffer): HostArray => {
    const array = held.get(buffer);
    if (array === undefined) throw new Error(`${name}: the buffer was released or belongs to another backend`);
    return array;
  };
  const hold = (array: HostArray): Buffer => {
    const buffer = { type: { dtype: array.dtype, shape: array.shape }, backend };
    held.set(buffer, { ...array, data: array.data.slice() });
    return buffer;
  };
  const release = (buffer: Buffer): void => {
    elementsOf(buffer).data.fill(113);
    held.delete(buffer);
  };
  const alone = async <T>(operation: 'compile' | 'run' | 'read', work: () => Promise<T>): Promise<T> => {
    if (running !== null) throw new Error(`${name}: ${operation} begins during ${running}`);
    if (loss !== null) throw lostError(name, loss, operation);
    running = operation;
    log.push(`${operation} begins`);
    try {
      const result = await work();
      if (loss !== null) throw new Error('the device is gone');
      return result;
    } finally {
      running = null;
      log.push(`${operation} ends`);
    }
  };

  const read = (buffer: Buffer): Promise<HostArray> =>
    alone('read', async () => {
      const array = elementsOf(buffer);
      const half = Math.ceil(array.data.length / 2);
      const copy = array.data.slice();
      copy.fill(114, half);
      await delay('read');
      copy.set(elementsOf(buffer).data.subarray(half), half);
      return { ...array, data: copy };
    });

  const backend: DelayedBackend = {
    name,
    ...capabilities,
    log,
    compiled: 0,
    get loss() {
      return loss;
    },
    lose(message) {
      loss = { reason: 'unknown', message };
    },
    upload: (array) => {
      if (loss !== null) throw lostError(name, loss, 'upload');
      return hold(array);
    },
    read,
    release,
    compile: (graph, { donated }) =>
      alone('compile', async () => {
        await delay('compile');
        backend.compiled++;
        return {
          run: (inputs) =>
            alone('run', async () => {
              for (const input of inputs) elementsOf(input);
              await delay('run');
              if (loss !== null) {
                for (const input of donated) release(inputs[input]);
                throw new ManabiError('memory', 'the queue was dropped', { op: name });
              }
              const outputs = interpret(graph, inputs.map(elementsOf)).map(hold);
              for (const input of donated) release(inputs[input]);
              return outputs;
            }),
          describe: async () => graph.nodes.map(({ op }) => op).join(' '),
          dispose: () => {},
        };
      }),
    memory: () => {
      let bytes = 0;
      for (const { type } of held.keys()) bytes += sizeOf(type.shape) * dtypes[type.dtype].bytes;
      return { held: bytes, reserved: bytes, buffers: held.size };
    },
  };
  return backend;
}

/** A promise (`opened`) that resolves when `open` is called. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** Creates a gate whose promise is not resolved yet. */
export function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Resolves in the next iteration of the event loop. */
export function nextIteration(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
