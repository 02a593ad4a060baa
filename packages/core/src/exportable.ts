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

/** What an input of an exported function looks like. */
export interface ExportedInput {
  /**
   * Lengths of its axes: null, or `batch`, stands for the batch size, the same in all inputs, another name for a length
   * that is open too, the same wherever it stands.
   */
  readonly shape: readonly (number | string | null)[];
  readonly dtype: DType;
}

/** How a function is exported. */
export interface ExportableOptions {
  /** By default the function's own name. */
  readonly name?: string;
  /** By default `output`, `output_1`, …. */
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
 * A function of parameters and inputs as something to export: to ONNX, say. It is traced at several batch sizes; tensors
 * that it refers to from outside become parameters too.
 *
 * @param f takes the parameters, then a tensor for each input, and returns a tensor or a list of them
 * @param parameters a tree of tensors; their paths, such as `hidden.kernel`, are their names in the file
 * @param inputs a record of the inputs by name, in the order of the function's arguments
 * @throws ManabiError `argument` for unknown options, and, when it is exported, for other than one name for each output;
 * `graph` if tensors from outside change with the batch size
 * @example
 * ```ts
 * const program = exportable(predict, params, { image: { shape: [null, 784], dtype: 'float32' } });
 * await exportOnnx(program, 'digits.onnx');
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
  // A structure filled with tensors is a tree like the one that it is the structure of.
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

/** An open length in the trace that only finds what the function refers to from outside; enough for windows. */
const SOME_LENGTH = 64;

/** A path as a name that no other parameter has: different paths may read the same, and a tensor alone has none. */
function freeName(path: string, taken: ReadonlyMap<string, HostArray>): string {
  const name = path === '' ? 'parameter' : path;
  let free = name;
  for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
  return free;
}

function wrongNames(names: readonly string[], outputs: number): ManabiError {
  return new ManabiError(
    'argument',
    `outputNames has ${names.length} names, but the function returns ${outputs} tensors. Give one for each, in order.`,
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

/** The graph with the captured tensors behind the parameters, before the data inputs. */
function capturedFirst({ graph, captured }: TracedGraph, first: TracedGraph, parameters: number): Graph {
  const isAlike =
    captured.length === first.captured.length && captured.every((tensor, i) => equalTypes(tensor, first.captured[i]));
  if (!isAlike) {
    throw new ManabiError(
      'graph',
      'The tensors that the function refers to from outside depend on the batch size, so that they cannot be parameters. ' +
        'Make them within the function of its inputs, with arange, ones or fullLike.',
      { op: 'exportable', data: { captured: captured.length, expected: first.captured.length } },
    );
  }
  const types = inputTypes(graph);
  const dataFrom = parameters;
  const capturedFrom = types.length - captured.length;
  const order = types.map((_, i) => i);
  const moved = [...order.slice(0, dataFrom), ...order.slice(capturedFrom), ...order.slice(dataFrom, capturedFrom)];
  const builder = graphBuilder();
  const places = new Array<number>(types.length);
  for (const from of moved) places[from] = builder.input(types[from]);
  return builder.finish(builder.inline(graph, places));
}
