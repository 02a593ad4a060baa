import {
  type Exportable,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  type TensorType,
  type Value,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { compareArrays } from '@manabi/testing';
import { exportOnnx } from './export/export-onnx.ts';
import type { ExportOptions } from './export/options.ts';
import { openSession } from './runtime/session.ts';

/** What `familyOf` needs to create a program family for a test. */
export interface FamilyParts {
  readonly parameters?: Readonly<Record<string, HostArray>>;
  /** Returns the types of the inputs by name, given a batch size. */
  readonly inputs: (batchSize: number) => Readonly<Record<string, TensorType>>;
  readonly build: (b: GraphBuilder, values: Readonly<Record<string, Value>>, batchSize: number) => readonly Value[];
  readonly outputNames?: readonly string[];
}

/** Creates a program family for any batch size from a function that builds the graph for one size. */
export function familyOf({ parameters = {}, inputs, build, outputNames }: FamilyParts): Exportable {
  const graph = (size: number): Graph => {
    const b = graphBuilder();
    const types = Object.entries({ ...parameters, ...inputs(size) });
    const values = Object.fromEntries(types.map(([name, { dtype, shape }]) => [name, b.input({ dtype, shape })]));
    return b.finish(build(b, values, size));
  };
  return {
    exportPrograms: async () => ({
      name: 'network',
      inputNames: Object.keys(inputs(1)),
      outputNames: outputNames ?? graph(3).outputs.map((_, i) => `y${i}`),
      parameters: new Map(Object.entries(parameters)),
      graph,
    }),
  };
}

/** Returns a float32 host array of pseudorandom numbers, the same ones in every call. */
export function numbers(...shape: number[]): HostArray {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return hostArray(
    'float32',
    shape,
    Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + length) * 1.7),
  );
}

/** Returns a function for `inputs` that describes one float32 input `x`, whose first axis is the batch. */
export function batches(...shape: number[]): (batchSize: number) => { x: TensorType } {
  return (size) => ({ x: { dtype: 'float32', shape: [size, ...shape] } });
}

/**
 * Exports a program family, and compares the file with the reference interpreter at several batch sizes. Returns a
 * message for each output that differs.
 */
export async function differences(
  family: Exportable,
  sizes: readonly number[] = [1, 3, 7, 12],
  options: ExportOptions = {},
): Promise<readonly string[]> {
  const programs = await family.exportPrograms();
  const session = await openSession(await exportOnnx(family, options));
  const found: string[] = [];
  for (const size of sizes) {
    const graph = programs.graph(size);
    const types = graph.types.slice(programs.parameters.size, graph.inputCount);
    const inputs = types.map(({ dtype, shape }) =>
      dtype === 'float32' ? numbers(...shape) : hostArray(dtype, shape, new Int32Array(numbers(...shape).data.length)),
    );
    const expected = interpret(graph, [...programs.parameters.values(), ...inputs]);
    const made = await session.run(Object.fromEntries(programs.inputNames.map((name, i) => [name, inputs[i]])));
    programs.outputNames.forEach((name, i) => {
      const result: HostArray | undefined = made[name];
      const shape = result?.shape.join();
      const { close, message } = compareArrays(result?.data ?? [], expected[i].data, { rtol: 1e-5, atol: 1e-5 });
      if (!close || shape !== expected[i].shape.join()) found.push(`${name} at ${size}: [${shape}] ${message}`);
    });
  }
  await session.release();
  return found;
}
