import { createBackendFrom, createEdgeBackend } from '@manabi/backend-cpu/placement';
import { fromHost, type HostArray, jit, realize, type Tensor, traceGraph } from '@manabi/core';
import type { Graph } from '@manabi/ir';
import { runGraph } from '../run-graph.ts';
import { functionOf, type Program, runSteps } from './program.ts';

/** A way to run a program, such as eagerly or jitted, on a backend. */
export interface Mode {
  readonly name: string;
  readonly run: (program: Program) => Promise<readonly HostArray[]>;
}

const edge = createEdgeBackend();
const high = createBackendFrom(2 ** 31 - 1024);

/**
 * Traces a program into one graph. Returns the graph and its inputs: those of the program, and the tensors that it
 * creates.
 */
export async function graphOf(program: Program): Promise<{ graph: Graph; inputs: readonly HostArray[] }> {
  const { graph, captured } = traceGraph(functionOf(program), ...program.inputs);
  return { graph, inputs: [...program.inputs, ...(await toHost(captured))] };
}

/**
 * All ways in which users run functions. Two further modes use CPU backends in which an access to a wrong address
 * fails, because of the addresses of their buffers.
 */
export const modes: readonly Mode[] = [
  {
    name: 'eager, realizing each step',
    run: async (program) => toHost(await runSteps(program, program.inputs.map(fromHost), (result) => realize(result))),
  },
  {
    name: 'eager, realizing the outputs',
    run: async (program) => toHost(await runSteps(program, program.inputs.map(fromHost), async () => {})),
  },
  { name: 'jit', run: async (program) => toHost(await jit(functionOf(program))(...program.inputs.map(fromHost))) },
  {
    name: 'jit with donated inputs',
    run: async (program) => {
      const donate = program.inputs.map((_, i) => i);
      return toHost(await jit(functionOf(program), { donate })(...program.inputs.map(fromHost)));
    },
  },
  {
    name: 'at the end of memory',
    run: async (program) => {
      const { graph, inputs } = await graphOf(program);
      const blocks = inputs.length + graph.outputs.length + 4;
      edge.chooseAfter(program.seed % blocks);
      return outputsOf(await runGraph(edge.backend, graph, inputs));
    },
  },
  {
    name: 'above 2 GiB, with donated inputs',
    run: async (program) => {
      const { graph, inputs } = await graphOf(program);
      const donated = inputs.map((_, i) => i);
      return outputsOf(await runGraph(high, graph, inputs, donated));
    },
  },
];

function outputsOf({ outputs, problem }: Awaited<ReturnType<typeof runGraph>>): readonly HostArray[] {
  if (problem !== null) throw new Error(problem);
  return outputs;
}

async function toHost(tensors: readonly Tensor[]): Promise<readonly HostArray[]> {
  return Promise.all(
    tensors.map(async (tensor) => ({ dtype: tensor.dtype, shape: tensor.shape, data: await tensor.data() })),
  );
}
