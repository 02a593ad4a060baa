// Compiles, runs and disposes many graphs in ONNX Runtime, and prints samples of the memory in use.
// Argument: the number of graphs.

import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { graphBuilder, hostArray } from '@manabi/ir';
import { type ProcessSample, sampleProcess } from './process-samples.ts';

const count = Number(process.argv[2]);
const backend = await createOnnxRuntimeBackend({ threads: 3, leastOperations: 0, fallback: createCpuBackend() });
const samples: ProcessSample[] = [];
for (let i = 1; i <= count; i++) {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [256, 256] });
  const graph = b.finish([b.dot(x, b.constant(i, 'float32', [256, 256]), [], [[1, 0]])]);
  const executable = await backend.compile(graph, { donated: [0] });
  const [y] = await executable.run([backend.upload(hostArray('float32', [256, 256], new Float32Array(65_536)))]);
  backend.release(y);
  executable.dispose();
  if (i % (count / 10) === 0) samples.push(await sampleProcess());
}
console.log(JSON.stringify({ samples, ...backend.memory() }));
