import type { Backend, Buffer, Graph } from '@manabi/ir';
import { arrayOver, tensorOver } from './elements.ts';
import type { Runtime, RuntimeTensor } from './library.ts';
import type { Program } from './program.ts';

/** Compiles a graph on another backend. Each run copies the inputs to it and the outputs back. */
export async function compileOnFallback(runtime: Runtime, fallback: Backend, graph: Graph): Promise<Program> {
  const executable = await fallback.compile(graph, { donated: [] });
  return {
    run: async (inputs) => {
      const buffers: Buffer[] = [];
      let made: readonly Buffer[] = [];
      try {
        for (const [i, input] of inputs.entries()) buffers.push(fallback.upload(arrayOver(graph.types[i], input)));
        made = await executable.run(buffers);
        const outputs: RuntimeTensor[] = [];
        for (const buffer of made) outputs.push(tensorOver(runtime, await fallback.read(buffer)));
        return outputs;
      } finally {
        for (const buffer of [...buffers, ...made]) fallback.release(buffer);
      }
    },
    describe: () => executable.describe(),
    ...(executable.steps !== undefined && { steps: executable.steps }),
    dispose: () => executable.dispose(),
  };
}
