import type { Graph } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import { modelOf } from './model.ts';
import { settingsOf } from './options.ts';

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
}

/**
 * Converts a graph to the bytes of an ONNX file for the backend `onnxruntime`, with the inputs `x0`, `x1`, … and the
 * outputs `y0`, `y1`, …
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
 * console.log(inspectOnnx(graphToOnnx(graph)).operators); // { Neg: 1 }
 * ```
 */
export function graphToOnnx(
  graph: Graph,
  { isSequential = false, isGuarded = false }: GraphToOnnxOptions = {},
): Uint8Array<ArrayBuffer> {
  const family = {
    name: 'graph',
    inputNames: names('x', graph.inputCount),
    outputNames: names('y', graph.outputs.length),
    parameters: new Map(),
    graph: () => graph,
  };
  const purpose = { isForBackend: true, isSequential, isGuarded };
  return encode('ModelProto', modelOf(family, settingsOf({ batch: 1 }), purpose));
}

function names(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i}`);
}
