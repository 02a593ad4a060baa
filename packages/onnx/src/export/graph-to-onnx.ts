import type { Graph, HostArray } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import type { GraphProto, TensorProto } from '../proto/messages.ts';
import { FEWEST_BYTES, referringTo } from './external-tensor.ts';
import { modelOf } from './model.ts';
import { settingsOf } from './options.ts';
import { withInputs } from './with-inputs.ts';

/** What `graphToOnnx` may rely on. */
export interface GraphToOnnxOptions {
  /**
   * Whether one thread runs the file, so that forms whose results are wrong with several threads are allowed. Default:
   * false.
   */
  readonly isSequential?: boolean;
  /**
   * Whether faster forms are allowed whose results are right only if some intermediate results are finite. A file with such
   * forms has one more output `guard`, a float32 number: unless it is finite, the other outputs may be wrong, and must be
   * computed without these forms. Default: false.
   */
  readonly isGuarded?: boolean;
  /**
   * Number of channels of a block in ONNX Runtime's own layout of convolutions, which depends on the processor. If it is given,
   * convolutions with one filter per channel use this layout. Default: null.
   */
  readonly channelBlock?: number | null;
  /** Inputs of the graph whose elements the file contains, by index. Default: none. */
  readonly constants?: ReadonlyMap<number, HostArray>;
}

/** An ONNX file, and the elements of its larger constants, which are not copied into the file. */
export interface OnnxParts {
  /** Bytes of the file. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** Elements of the larger constants, by the path of the external data that the file states for each of them. */
  readonly data: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Converts a graph to an ONNX file for the backend `onnxruntime`, with the inputs `x0`, `x1`, … and the
 * outputs `y0`, `y1`, … Inputs in `constants` are no inputs of the file; the others keep their names.
 *
 * Unlike the files of `exportOnnx`, the graph has exactly the results of the other backends where that needs more nodes:
 * NaN in maxima, and an error of ONNX Runtime for each index out of range, also for negative ones.
 *
 * @throws ManabiError `graph` or `dtype` if ONNX or ONNX Runtime lacks an operator of the graph
 * @example
 * ```ts
 * import { graphBuilder } from '@manabi/ir';
 * import { inspectOnnx } from '@manabi/onnx';
 * import { graphToOnnx } from '@manabi/onnx/backend';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [2] }))]);
 * console.log(inspectOnnx(graphToOnnx(graph).file).operators); // { Neg: 1 }
 * ```
 */
export function graphToOnnx(
  graph: Graph,
  { isSequential = false, isGuarded = false, channelBlock = null, constants = new Map() }: GraphToOnnxOptions = {},
): OnnxParts {
  const inputs = names('x', graph.inputCount);
  const given = Array.from(inputs, (_, i) => i).filter((i) => !constants.has(i));
  const ordered = constants.size === 0 ? graph : withInputs(graph, [...constants.keys(), ...given]);
  const family = {
    name: 'graph',
    inputNames: given.map((i) => inputs[i]),
    outputNames: names('y', graph.outputs.length),
    parameters: new Map(Array.from(constants, ([i, array]) => [inputs[i], array])),
    graph: () => ordered,
  };
  const purpose = { isForBackend: true, isSequential, isGuarded, channelBlock };
  const model = modelOf(family, settingsOf({ batch: 1 }), purpose);
  const data: { path: string; data: Uint8Array }[] = [];
  const separated = (tensor: TensorProto): TensorProto => {
    const { name = '', rawData } = tensor;
    if (rawData === undefined || rawData.length < FEWEST_BYTES) return tensor;
    data.push({ path: name, data: rawData });
    return referringTo(tensor, { location: name, offset: 0, length: rawData.length });
  };
  const written: GraphProto = { ...model.graph, initializer: model.graph?.initializer?.map(separated) ?? [] };
  return { file: encode('ModelProto', { ...model, graph: written }), data };
}

function names(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i}`);
}
