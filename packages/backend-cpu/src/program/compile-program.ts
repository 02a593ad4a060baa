import { compilePlan, type RoutineTable } from '@manabi/compiler';
import { type KindsOf, optional, positiveInteger, readArgument, readOptions, recordOf } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { type Exportable, exportableKind, type Graph, inputTypes, ManabiError, outputTypes } from '@manabi/ir';
import { descriptionsFor, emittersFor } from '#emitters';
import { emitPlan } from '../emit-plan.ts';
import { cpuRoutines, cpuTarget, selectedRoutines } from '../target.ts';
import { writeProgram } from './program-file.ts';

/** Options of `compileProgram`. */
export interface CompileProgramOptions {
  /** Number of samples per batch, the only batch size of the program. Default: 1. */
  readonly batchSize?: number;
  /** Values of dynamic lengths other than the batch size by name, such as the length of a text. Default: none. */
  readonly lengths?: Readonly<Record<string, number>>;
}

const kinds = {
  batchSize: optional(positiveInteger, 1),
  lengths: optional(recordOf(positiveInteger), {}),
} satisfies KindsOf<CompileProgramOptions>;

/**
 * Compiles a model, or a function wrapped by `exportable`, ahead of time. The resulting file contains WebAssembly, the
 * parameters and a memory layout. `openProgram` of `@manabi/backend-cpu/program` runs it without layers and compiler, with a
 * few kilobytes of code. It runs in every engine, without fused multiply-add.
 *
 * @returns the bytes of the file
 * @throws ManabiError `argument` for invalid options, or a dynamic length missing in `lengths`; the errors of the model when
 * it is traced for the batch size
 * @example
 * ```ts
 * import { openProgram } from '@manabi/backend-cpu/program';
 * import { compileProgram, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
 * const bytes = await compileProgram(model, { batchSize: 4 });
 * console.log(openProgram(bytes).inputs[0].shape); // [4, 3]
 * ```
 */
export async function compileProgram(
  exportable: Exportable,
  options: CompileProgramOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { exportPrograms } = readArgument('compileProgram', 'exportable', exportable, exportableKind);
  const { batchSize, lengths } = readOptions('compileProgram', options, kinds);
  const family = await exportPrograms.call(exportable);
  checkLengths(family.openLengths ?? [], lengths);
  const graph = family.graph(batchSize, lengths);
  const parameters = [...family.parameters.values()];
  const inputs = inputTypes(graph).slice(parameters.length);
  const routineTable = await descriptionsOf(graph);
  const target = { ...cpuTarget, routines: selectedRoutines(routineTable, cpuRoutines) };
  const plan = compilePlan(graph, { target, routineTable });
  return writeProgram({
    name: family.name,
    inputs: inputs.map((type, i) => ({ ...type, name: family.inputNames[i] })),
    outputs: outputTypes(graph).map((type, i) => ({ ...type, name: family.outputNames[i] })),
    parameters,
    plan: emitPlan(plan, await emittersFor(plan)),
  });
}

/** Checks that `lengths` contains every dynamic length of the model, and nothing else. */
function checkLengths(open: readonly string[], lengths: Readonly<Record<string, number>>): void {
  const missing = open.find((name) => !Object.hasOwn(lengths, name));
  const unknown = Object.keys(lengths).find((name) => !open.includes(name));
  if (missing === undefined && unknown === undefined) return;
  const message =
    unknown === undefined
      ? `\`lengths\` must contain the dynamic length '${missing}'. Pass it, for example { lengths: { ${missing}: 128 } }.`
      : `Unknown length '${unknown}' in \`lengths\`. ` +
        (open.length === 0 ? 'The model has no dynamic lengths: omit `lengths`.' : didYouMean(unknown, open));
  throw new ManabiError('argument', message, { op: 'compileProgram', data: { open, given: Object.keys(lengths) } });
}

/** Returns descriptions of the routines that may compute a graph, after downloading them if need be. */
async function descriptionsOf(graph: Graph): Promise<RoutineTable> {
  const table = descriptionsFor(graph);
  if (!(table instanceof Promise)) return table;
  await table;
  return descriptionsOf(graph);
}
