import { type Backend, type Buffer, type Graph, ManabiError, outputTypes } from '@manabi/ir';
import { isSynchronous, type SynchronousBackend } from './cell.ts';
import type { CellContext } from './cell-context.ts';
import { arrayOver, tensorOver } from './elements.ts';
import type { Program } from './program.ts';
import { Spares } from './spares.ts';

/**
 * Compiles a graph on the fallback. If this runs synchronously, inputs are copied there once and outputs stay there, so that
 * nothing is copied between graphs that both run there; otherwise each run copies the inputs to it and the outputs back.
 *
 * @param taken inputs that each run takes on a synchronous fallback: their cells may be empty afterwards
 */
export async function compileOnFallback(
  context: CellContext,
  graph: Graph,
  taken: readonly number[] = [],
): Promise<Program> {
  const { runtime, fallback } = context;
  const isResident = isSynchronous(fallback);
  const executable = await fallback.compile(graph, { donated: isResident ? taken : [] });
  const { run } = executable;
  const spares = outputTypes(graph).map((type) => new Spares(context, type));
  return {
    run: isResident ? residentRun(fallback, run, taken, spares) : copyingRun(runtime, fallback, run),
    describe: () => executable.describe(),
    ...(executable.steps !== undefined && { steps: executable.steps }),
    dispose: () => {
      executable.dispose();
      for (const each of spares) each.close();
    },
  };
}

type Run = (inputs: readonly Buffer[]) => readonly Buffer[] | Promise<readonly Buffer[]>;

function residentRun(
  fallback: SynchronousBackend,
  run: Run,
  taken: readonly number[],
  spares: readonly Spares[],
): Program['run'] {
  return async (inputs, outputs) => {
    const giveUp = (): void => {
      for (const input of taken) inputs[input].giveUpResident();
    };
    const buffers = inputs.map((cell) => cell.resident(fallback));
    try {
      const made = await run(buffers);
      for (const [i, buffer] of made.entries()) outputs[i].keep(fallback, buffer, spares[i]);
    } catch (error) {
      if (!(error instanceof ManabiError && error.data.inputsKept === true)) giveUp();
      throw error;
    }
    giveUp();
  };
}

function copyingRun(runtime: CellContext['runtime'], fallback: Backend, run: Run): Program['run'] {
  return async (inputs, outputs) => {
    const buffers: Buffer[] = [];
    let made: readonly Buffer[] = [];
    try {
      for (const cell of inputs) buffers.push(fallback.upload(arrayOver(cell.type, cell.tensor())));
      made = await run(buffers);
      for (const [i, buffer] of made.entries()) outputs[i].fill(tensorOver(runtime, await fallback.read(buffer)));
    } finally {
      for (const buffer of [...buffers, ...made]) fallback.release(buffer);
    }
  };
}
