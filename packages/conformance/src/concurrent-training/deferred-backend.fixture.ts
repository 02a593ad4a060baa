import { createCpuBackend } from '@manabi/backend-cpu';
import type { Backend, Buffer, Executable, HostArray } from '@manabi/ir';

/** A buffer of the asynchronous backend, which contains a buffer of the CPU backend. */
interface DeferredBuffer extends Buffer {
  readonly inner: Buffer;
}

/** Returns a CPU backend whose compilations, runs and reads are asynchronous, like those of a GPU. */
export function deferredBackend(): Backend {
  const cpu = createCpuBackend();
  const later = async <T>(work: () => T | Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return work();
  };
  const wrapped = (inner: Buffer): DeferredBuffer => ({ type: inner.type, backend, inner });
  const innerOf = (buffer: Buffer): Buffer => {
    if ('inner' in buffer && buffer.backend === backend) return (buffer as DeferredBuffer).inner;
    throw new TypeError('The buffer belongs to another backend.');
  };
  const executable = (compiled: Executable): Executable => ({
    ...compiled,
    run: (inputs) => later(async () => (await compiled.run(inputs.map(innerOf))).map(wrapped)),
  });
  const backend: Backend = {
    name: 'deferred',
    upload: (data: HostArray) => wrapped(cpu.upload(data)),
    read: (buffer) => later(() => cpu.read(innerOf(buffer))),
    release: (buffer) => cpu.release(innerOf(buffer)),
    compile: (graph, options) => later(async () => executable(await cpu.compile(graph, options))),
    memory: () => cpu.memory(),
  };
  return backend;
}
