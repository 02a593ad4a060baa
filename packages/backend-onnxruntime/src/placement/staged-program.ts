import { type Graph, outputTypes } from '@manabi/ir';
import { Cell } from '../runtime/cell.ts';
import type { CellContext } from '../runtime/cell-context.ts';
import { NOT_FROZEN, type Program } from '../runtime/program.ts';

/** A part of a graph, whose inputs are inputs of the whole graph or outputs of earlier stages. */
export interface Stage {
  /** What the description of the stage starts with. */
  readonly name: string;
  readonly graph: Graph;
  /** Inputs, as indices of the inputs of the whole graph, followed by the outputs of all earlier stages. */
  readonly sources: readonly number[];
  readonly open: () => Promise<Program>;
}

/**
 * Opens stages as one program, which runs them one after the other.
 *
 * @param inputCount number of inputs of the whole graph
 * @param results outputs of the whole graph, as indices like the sources of a stage
 * @throws the error of the first stage that fails to open
 */
export async function openStages(
  context: CellContext,
  inputCount: number,
  stages: readonly Stage[],
  results: readonly number[],
): Promise<Program> {
  const programs: Program[] = [];
  const dispose = (): void => {
    for (const program of programs) program.dispose();
  };
  try {
    for (const { open } of stages) programs.push(await open());
  } catch (error) {
    dispose();
    throw error;
  }
  let count = inputCount;
  const made = stages.map(({ graph }) =>
    outputTypes(graph).map((type) => ({ type, output: results.indexOf(count++) })),
  );
  const measures = programs.every(({ steps }) => steps !== undefined);
  return {
    run: async (inputs, outputs) => {
      const cells = [...inputs];
      const inner: Cell[] = [];
      try {
        for (const [stage, { sources }] of stages.entries()) {
          const targets = made[stage].map(({ type, output }) => {
            if (output >= 0) return outputs[output];
            const cell = new Cell(context, type);
            inner.push(cell);
            return cell;
          });
          await programs[stage].run(
            sources.map((source) => cells[source]),
            targets,
          );
          cells.push(...targets);
        }
        // A value may be several outputs.
        for (const [i, output] of outputs.entries()) if (output.isEmpty) output.fill(cells[results[i]].shared());
      } finally {
        for (const cell of inner) cell.free();
      }
    },
    frozen: () => {
      const counts = programs.map((program) => program.frozen?.() ?? NOT_FROZEN);
      return {
        inputs: counts.reduce((sum, { inputs }) => sum + inputs, 0),
        bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    },
    ...(measures && { steps: async () => (await Promise.all(programs.map(({ steps }) => steps?.() ?? []))).flat() }),
    describe: async () => {
      const parts = await Promise.all(programs.map((program) => program.describe()));
      return parts.map((part, i) => `${stages[i].name}:\n${part}`).join('\n');
    },
    dispose,
  };
}
