import {
  anyOf,
  count,
  type KindsOf,
  listOf,
  name as nameKind,
  nullable,
  objectOf,
  optional,
  readArgument,
  readOptions,
  recordOf,
} from '@manabi/errors';
import {
  type DType,
  type Exportable,
  equalTypes,
  type Graph,
  graphBuilder,
  type HostArray,
  inputTypes,
  ManabiError,
} from '@manabi/ir';
import { dtypeKind } from './functions/argument-kinds.ts';
import { type TracedGraph, traceGraph } from './graphs.ts';
import { assemble } from './structure.ts';
import type { Tensor } from './tensor.ts';
import { checkFunction } from './transforms/trace-function.ts';
import { entries, flatten } from './tree.ts';

/** Shape and dtype of an input of an exported function. */
export interface ExportedInput {
  /**
   * Length of each axis. null or `'batch'` stands for the batch size, which is equal in all inputs. Any other string
   * names a length that may vary between calls. Axes with the same name have the same length.
   */
  readonly shape: readonly (number | string | null)[];
  readonly dtype: DType;
}

/** Options of `exportable`. */
export interface ExportableOptions {
  /** Name of the exported program. Default: the name of the function. */
  readonly name?: string;
  /** Names of the outputs. Default: `output`, `output_1`, …. */
  readonly outputNames?: readonly string[];
}

const kinds = {
  name: optional(nameKind),
  outputNames: optional(listOf(nameKind)),
} satisfies KindsOf<ExportableOptions>;

const inputsKind = recordOf(
  objectOf({ shape: listOf(nullable(anyOf(count, nameKind))), dtype: dtypeKind } satisfies KindsOf<ExportedInput>),
);

/**
 * Wraps a function of parameters and inputs for export, for example to ONNX. The export traces the function at several
 * batch sizes. Captured tensors, which the function uses without receiving them as arguments, become parameters as
 * well.
 *
 * @param f function of the parameters and one tensor per input; it returns a tensor or an array of tensors
 * @param parameters tree of tensors; their paths, such as `hidden.kernel`, become their names in the file
 * @param inputs shape and dtype of each input by name, in the order of the function's arguments
 * @throws ManabiError `argument` for invalid options. The export itself throws `argument` unless every output has a
 * name, and `graph` if the function captures other tensors at another batch size
 * @example
 * ```ts
 * import { exportable, matmul, tensor, Tensor } from 'manabi';
 *
 * const params = { kernel: tensor([[1], [2]]) };
 * const predict = ({ kernel }: typeof params, x: Tensor) => matmul(x, kernel);
 * const program = exportable(predict, params, { x: { shape: [null, 2], dtype: 'float32' } });
 * const { inputNames, outputNames } = await program.exportPrograms();
 * console.log([inputNames, outputNames]); // [['x'], ['output']]
 * ```
 */
export function exportable<P>(
  f: (parameters: P, ...inputs: Tensor[]) => Tensor | readonly Tensor[],
  parameters: P,
  inputs: Readonly<Record<string, ExportedInput>>,
  options: ExportableOptions = {},
): Exportable {
  checkFunction('exportable', f);
  readArgument('exportable', 'inputs', inputs, inputsKind);
  const { name, outputNames: chosen } = readOptions('exportable', options, kinds);
  const named = entries(parameters);
  const { leaves, structure } = flatten(parameters);
  // `assemble` returns a tree with the structure of `parameters`, so it has the type P.
  const treeOf = (tensors: readonly Tensor[]): P => assemble(structure, tensors) as P;
  const openLengths = openLengthsOf(inputs);
  const traceAt = (batchSize: number, lengths: Readonly<Record<string, number>>): TracedGraph => {
    const types = Object.values(inputs).map(({ shape, dtype }) => ({
      dtype,
      shape: shape.map((length) => (isOpen(length) ? lengths[length] : isBatch(length) ? batchSize : length)),
    }));
    const call = (tensors: readonly Tensor[], ...given: Tensor[]) => f(treeOf(tensors), ...given);
    return traceGraph(call, leaves, ...types);
  };
  return {
    exportPrograms: async () => {
      const first = traceAt(1, Object.fromEntries(openLengths.map((name) => [name, SOME_LENGTH])));
      const read = async (tensor: Tensor): Promise<HostArray> => {
        const { dtype, shape } = tensor;
        return { dtype, shape, data: await tensor.data() };
      };
      const values = new Map<string, HostArray>();
      for (const [path, tensor] of named) values.set(freeName(path, values), await read(tensor));
      for (const [i, tensor] of first.captured.entries()) {
        values.set(freeName(`captured.${i}`, values), await read(tensor));
      }
      const outputs = first.graph.outputs.length;
      const outputNames = chosen ?? Array.from({ length: outputs }, (_, i) => (i === 0 ? 'output' : `output_${i}`));
      if (outputNames.length !== outputs) throw wrongNames(outputNames, outputs);
      return {
        name: name ?? (f.name === '' ? 'function' : f.name),
        inputNames: Object.keys(inputs),
        outputNames,
        openLengths,
        parameters: values,
        graph: (batchSize, lengths = {}) => capturedFirst(traceAt(batchSize, lengths), first, named.length),
      };
    },
  };
}

/**
 * Length of axes with named lengths in the trace that finds captured tensors. It is large enough for the windows of
 * convolutions.
 */
const SOME_LENGTH = 64;

/**
 * Returns an unused parameter name for a path. Paths may be equal, such as `a.b` for both tensors of `{ 'a.b': x, a: {
 * b: y } }`, and the path of a tree that is a single tensor is empty.
 */
function freeName(path: string, taken: ReadonlyMap<string, HostArray>): string {
  const name = path === '' ? 'parameter' : path;
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
  return free;
}

function wrongNames(names: readonly string[], outputs: number): ManabiError {
  return new ManabiError(
    'argument',
    `\`outputNames\` must have one name for each of the ${outputs} outputs of the function; got ${names.length} names.`,
    { op: 'exportable', data: { name: 'outputNames', given: names, outputs } },
  );
}

function openLengthsOf(inputs: Readonly<Record<string, ExportedInput>>): readonly string[] {
  return [...new Set(Object.values(inputs).flatMap(({ shape }) => shape.filter(isOpen)))];
}

function isOpen(length: number | string | null): length is string {
  return typeof length === 'string' && !isBatch(length);
}

function isBatch(length: number | string | null): length is 'batch' | null {
  return length === null || length === 'batch';
}

/**
 * Reorders the inputs of a traced graph: the parameters first, then the captured tensors, then the inputs of the
 * function.
 */
function capturedFirst({ graph, captured }: TracedGraph, first: TracedGraph, parameters: number): Graph {
  const isAlike =
    captured.length === first.captured.length && captured.every((tensor, i) => equalTypes(tensor, first.captured[i]));
  if (!isAlike) {
    throw new ManabiError(
      'graph',
      'Captured tensors differ between batch sizes and cannot become parameters. Create them inside the function from ' +
        'its inputs, with arange(), ones() or fullLike().',
      { op: 'exportable', data: { captured: captured.length, expected: first.captured.length } },
    );
  }
  const types = inputTypes(graph);
  const dataFrom = parameters;
  const capturedFrom = types.length - captured.length;
  const order = types.map((_, i) => i);
  const moved = [...order.slice(0, dataFrom), ...order.slice(capturedFrom), ...order.slice(dataFrom, capturedFrom)];
  const builder = graphBuilder();
  const inputs = new Array<number>(types.length);
  for (const from of moved) inputs[from] = builder.input(types[from]);
  return builder.finish(builder.inline(graph, inputs));
}
