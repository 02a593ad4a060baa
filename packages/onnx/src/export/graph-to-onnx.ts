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
export function graphToOnnx(graph: Graph, { isSequential = false }: GraphToOnnxOptions = {}): Uint8Array<ArrayBuffer> {
  const family = {
    name: 'graph',
    inputNames: names('x', graph.inputCount),
    outputNames: names('y', graph.outputs.length),
    parameters: new Map(),
    graph: () => graph,
  };
  return encode('ModelProto', modelOf(family, settingsOf({ batch: 1 }), { isForBackend: true, isSequential }));
}

function names(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i}`);
}
