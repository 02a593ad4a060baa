import { compilePlan } from '@manabi/compiler';
import { type KindsOf, optional, positiveInteger, readArgument, readOptions, recordOf } from '@manabi/errors';
import { type Exportable, exportableKind, inputTypes, ManabiError, outputTypes } from '@manabi/ir';
import { emitPlan } from '../emit-plan.ts';
import { cpuTarget } from '../target.ts';
import { writeProgram } from './program-file.ts';

/** How a program is compiled. */
export interface CompileProgramOptions {
  /** Number of samples of a batch; 1 by default. The program takes batches of this size alone. */
  readonly batchSize?: number;
  /** Other lengths that are open, such as that of a text, by name. */
  readonly lengths?: Readonly<Record<string, number>>;
}

const kinds = {
  batchSize: optional(positiveInteger, 1),
  lengths: optional(recordOf(positiveInteger), {}),
} satisfies KindsOf<CompileProgramOptions>;

/**
 * Compiles a model, or a function made `exportable`, ahead of time: to WebAssembly, with its parameters and a layout of
 * memory, as one file. `openProgram` of `@manabi/backend-cpu/program` runs it without graphs, layers and a compiler, so that
 * a page downloads some kilobytes of code beside the file.
 *
 * @returns the bytes of the file
 * @throws ManabiError `argument` for options that do not fit, or a length that is open and not given; as the computation, when
 * it is traced for the batch size
 * @example
 * ```ts
 * await writeFile('digits.program', await compileProgram(model, { batchSize: 1 }));
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
  return writeProgram({
    name: family.name,
    inputs: inputs.map((type, i) => ({ ...type, name: family.inputNames[i] })),
    outputs: outputTypes(graph).map((type, i) => ({ ...type, name: family.outputNames[i] })),
    parameters,
    plan: emitPlan(compilePlan(graph, { target: cpuTarget })),
  });
}

/** A program has fixed shapes: every open length must be given, and no other. */
function checkLengths(open: readonly string[], lengths: Readonly<Record<string, number>>): void {
  const missing = open.find((name) => !Object.hasOwn(lengths, name));
  const unknown = Object.keys(lengths).find((name) => !open.includes(name));
  if (missing === undefined && unknown === undefined) return;
  throw new ManabiError(
    'argument',
    missing === undefined
      ? `There is no open length '${unknown}'. The computation has ${open.length === 0 ? 'none' : open.join(', ')}.`
      : `The length '${missing}' is open, and a program has fixed shapes. Give it: { lengths: { ${missing}: 128 } }.`,
    { op: 'compileProgram', data: { open, given: Object.keys(lengths) } },
  );
}
