import { graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from '../index.ts';
import { createThreadedBackend } from '../placement.ts';

/**
 * Multiplies matrices on three threads, and prints whether the result has the bits of one thread. The program ends although
 * threads still wait for work.
 */
const size = 300;
const b = graphBuilder();
const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [size, size] }));
const graph = b.finish([b.dot(x, y, [], [[1, 0]])]);
const data = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
const results: string[] = [];
for (const backend of [createCpuBackend({ threads: 1 }), createThreadedBackend({ threads: 3 })]) {
  const executable = await backend.compile(graph, { donated: [] });
  const inputs = [0, 1].map(() => backend.upload(hostArray('float32', [size, size], data)));
  for (let run = 0; run < 10; run++) {
    const [product] = await executable.run(inputs);
    if (run === 9) results.push(Buffer.from((await backend.read(product)).data.buffer).toString('base64'));
    backend.release(product);
  }
}
console.log(results[0] === results[1] ? 'equal' : 'different');
