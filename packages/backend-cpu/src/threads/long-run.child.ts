import { graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from '../index.ts';

/**
 * Runs a product and an elementwise step many times on three threads, each time on the previous result. Prints whether the
 * last result has the bits of one thread, and samples of the memory. The program ends although threads still wait for work.
 */
const steps = Number(process.argv[2]);
const size = 128;
const b = graphBuilder();
const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [size, size] }));
const graph = b.finish([b.tanh(b.dot(x, y, [], [[1, 0]]))]);
const wave = (scale: number) =>
  hostArray(
    'float32',
    [size, size],
    Float32Array.from({ length: size * size }, (_, i) => Math.sin(i * scale)),
  );

const samples: { readonly rss: number; readonly heap: number; readonly reserved: number }[] = [];
const results: string[] = [];
for (const threads of [3, 1]) {
  const backend = createCpuBackend({ threads });
  const executable = await backend.compile(graph, { donated: [] });
  const factor = backend.upload(wave(1.7));
  let value = backend.upload(wave(0.3));
  for (let step = 1; step <= steps; step++) {
    const [next] = await executable.run([value, factor]);
    backend.release(value);
    value = next;
    if (threads === 3 && step % (steps / 10) === 0) {
      globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      samples.push({ rss, heap: heapUsed, reserved: backend.memory().reserved });
    }
  }
  results.push(Buffer.from((await backend.read(value)).data.buffer).toString('base64'));
}
console.log(JSON.stringify({ equal: results[0] === results[1], samples }));
