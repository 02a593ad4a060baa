import { type DType, formatType, type Graph, type HostArray } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { openSession, programToOnnx } from '@manabi/onnx';
import { compareArrays, type Tolerance } from '@manabi/testing';
import type { Composites } from './agreement.ts';
import { inFloat32 } from './operator-gaps.ts';
import { programOf } from './program-of.ts';

/** Runs a graph in ONNX Runtime and describes how the results differ from the reference; null if they agree. */
export async function faultOf(
  name: string,
  graph: Graph,
  inputs: readonly HostArray[],
  composites: Composites,
): Promise<string | null> {
  try {
    const session = await openSession(programToOnnx(programOf(graph), { name, composites }), { threads: 1 });
    try {
      const named = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
      const outputs = await session.run(named);
      const inOrder = session.outputNames.map((output) => outputs[output]);
      return differenceOf(name, inOrder, interpret(graph, inputs));
    } finally {
      await session.release();
    }
  } catch (error) {
    return String(error);
  }
}

/** Accepted float32 differences, because kernels of ONNX Runtime round differently. */
const SINGLE: Tolerance = { rtol: 1e-5, atol: 2e-6 };
const DOUBLE: Tolerance = { rtol: 1e-9, atol: 1e-12 };

function toleranceOf(name: string, dtype: DType): Tolerance {
  if (dtype === 'float32') return SINGLE;
  if (dtype === 'float64') return inFloat32.includes(name) ? SINGLE : DOUBLE;
  return {};
}

function differenceOf(name: string, outputs: readonly HostArray[], expected: readonly HostArray[]): string | null {
  const faults = expected.flatMap((array, i) => {
    const output = outputs[i];
    if (formatType(output) !== formatType(array)) {
      return [`output ${i}: expected ${formatType(array)}, got ${formatType(output)}`];
    }
    const { close, message } = compareArrays(output.data, array.data, toleranceOf(name, array.dtype));
    return close ? [] : [`output ${i}: ${message}`];
  });
  return faults.length === 0 ? null : faults.join('; ');
}
