import { compilePlan } from '@manabi/compiler';
import { type Exportable, inputTypes, outputTypes } from '@manabi/ir';
import { emitPlan } from '../emit/plan.ts';
import { cpuTarget } from '../target.ts';
import { writeProgram } from './program-file.ts';

/** How a program is compiled. */
export interface CompileProgramOptions {
  /** Number of samples of a batch; 1 by default. The program takes batches of this size alone. */
  readonly batchSize?: number;
  /** Other lengths that are open, such as that of a text, by name. */
  readonly lengths?: Readonly<Record<string, number>>;
}

/**
 * Compiles a model, or a function made `exportable`, ahead of time: to WebAssembly, with its parameters and a layout of
 * memory, as one file. `openProgram` of `@manabi/backend-cpu/program` runs it without graphs, layers and a compiler, so that
 * a page downloads some kilobytes of code beside the file.
 *
 * @returns the bytes of the file
 * @throws ManabiError as the computation, when it is traced for the batch size
 * @example
 * ```ts
 * await writeFile('digits.program', await compileProgram(model, { batchSize: 1 }));
 * ```
 */
export async function compileProgram(
  exportable: Exportable,
  { batchSize = 1, lengths }: CompileProgramOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const family = await exportable.exportPrograms();
  const graph = family.graph(batchSize, lengths);
  const parameters = [...family.parameters.values()];
  const inputs = inputTypes(graph).slice(parameters.length);
  return writeProgram({
    name: family.name,
    inputs: inputs.map((type, i) => ({ ...type, name: family.inputNames[i] })),
    outputs: outputTypes(graph).map((type, i) => ({ ...type, name: family.outputNames[i] })),
    parameters,
    plan: emitPlan(compilePlan(graph, { target: cpuTarget })),
  });
}
