import { formatType, type Graph, type HostArray, isFloat } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { exportOnnx } from '@manabi/onnx';
import { compareArrays } from '@manabi/testing';
import type { Composites } from './agreement.ts';
import { graphExportable } from './graph-exportable.ts';
import { runSession, sessionOf } from './run-session.ts';

/** What is wrong with what ONNX Runtime makes of a graph, by the reference; null if nothing is. */
export async function faultOf(
  name: string,
  graph: Graph,
  inputs: readonly HostArray[],
  composites: Composites,
): Promise<string | null> {
  try {
    const session = await sessionOf(await exportOnnx(graphExportable(name, graph), { batch: 1, composites }));
    try {
      const named = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
      return differenceOf(await runSession(session, named), interpret(graph, inputs));
    } finally {
      await session.release();
    }
  } catch (error) {
    return String(error);
  }
}

function differenceOf(outputs: readonly HostArray[], expected: readonly HostArray[]): string | null {
  const faults = expected.flatMap((array, i) => {
    const output = outputs[i];
    if (formatType(output) !== formatType(array)) {
      return [`output ${i} is ${formatType(output)}, not ${formatType(array)}`];
    }
    const tolerance = isFloat(array.dtype) ? { rtol: 1e-5, atol: 2e-6 } : {};
    const { close, message } = compareArrays(output.data, array.data, tolerance);
    return close ? [] : [`output ${i}: ${message}`];
  });
  return faults.length === 0 ? null : faults.join('; ');
}
