import {
  anything,
  integer,
  type KindsOf,
  listOf,
  ManabiError,
  number,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
} from '@manabi/errors';
import {
  type Exportable,
  equalShapes,
  exportableKind,
  formatType,
  type HostArray,
  inputTypes,
  type TensorType,
} from '@manabi/ir';
import { runGraph } from './run-graph.ts';
import { fileKind, openSession } from './session.ts';
import { randomInputs, sizesOf, usualLengths } from './trial-inputs.ts';

/** Options of `compare`. */
export interface CompareOptions {
  /** Values of the inputs, in order. By default, they are random: floats in [-1, 1), and integers 0 or 1. */
  readonly inputs?: readonly HostArray[];
  /**
   * Batch sizes at which to compare with random inputs; by default 1 and 7. Other axes of unspecified length have
   * length 32.
   */
  readonly batchSizes?: readonly number[];
  /** Seed of the random inputs; by default 0. */
  readonly seed?: number;
  /** Largest relative difference of an output that counts as agreement; by default 1e-3, as in PyTorch's exporter. */
  readonly tolerance?: number;
}

const kinds = {
  inputs: optional(listOf(anything<HostArray>('a host array'))),
  batchSizes: optional(listOf(positiveInteger, { min: 1 }), [1, 7]),
  seed: optional(integer(), 0),
  tolerance: optional(number({ min: 0 }), 1e-3),
} satisfies KindsOf<CompareOptions>;

/** Difference between an output of a file and that of its model. */
export interface Difference {
  /** Largest absolute difference of two elements; infinite if only one of them is NaN or infinite. */
  readonly absolute: number;
  /**
   * Largest relative difference of two elements: their absolute difference, divided by the magnitude of the model's
   * element if this is above 1.
   */
  readonly relative: number;
  /** Whether the relative difference is within the tolerance. */
  readonly agrees: boolean;
}

/** Result of `compare`. */
export interface Comparison {
  /** Whether the file and the model agree on every output. */
  readonly agrees: boolean;
  /** Largest relative difference that counted as agreement. */
  readonly tolerance: number;
  /** Difference for each output, by name. */
  readonly outputs: Readonly<Record<string, Difference>>;
}

/**
 * Compares a model with an ONNX file that was exported from it. Runs both on the same inputs, the file in ONNX Runtime,
 * and returns the largest difference for each output and whether it is within the tolerance. The model runs on the
 * first registered backend, or in the reference interpreter if none is registered.
 *
 * @param file path or bytes of the ONNX file
 * @throws ManabiError `argument` if `onnxruntime-node` is not installed, for unknown or invalid options, for mismatched inputs,
 * and if the file has a different number of inputs or outputs; `data` if ONNX Runtime rejects the file; `shape` if an
 * output has another shape
 * @example
 * ```ts
 * import { compare } from '@manabi/onnx';
 * import { exportOnnx, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
 * const bytes = await exportOnnx(model);
 * console.log((await compare(model, bytes)).agrees); // true
 * ```
 */
export async function compare(
  exportable: Exportable,
  file: string | Uint8Array,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { batchSizes, seed, tolerance, inputs: given } = readOptions('compare', options, kinds);
  readArgument('compare', 'exportable', exportable, exportableKind);
  readArgument('compare', 'file', file, fileKind);
  const family = await exportable.exportPrograms();
  const session = await openSession(file);
  try {
    checkCount('inputs', session.inputNames, family.inputNames);
    checkCount('outputs', session.outputNames, family.outputNames);
    const distances = new Map<string, Distance>();
    const trials =
      given === undefined
        ? batchSizes.map((size) => ({ size, lengths: usualLengths(family), inputs: null }))
        : [{ ...sizesOf(family, given), inputs: given }];
    for (const { size, lengths, inputs } of trials) {
      const graph = family.graph(size, lengths);
      const types = inputTypes(graph).slice(family.parameters.size);
      const arrays = inputs ?? randomInputs(types, seed);
      checkInputs(types, arrays);
      const expected = await runGraph(graph, [...family.parameters.values(), ...arrays]);
      const actual = await session.run(Object.fromEntries(session.inputNames.map((name, i) => [name, arrays[i]])));
      const found = distancesOf(session.outputNames, expected, actual);
      for (const [name, distance] of found) distances.set(name, larger(distances.get(name), distance));
    }
    return comparisonOf(distances, tolerance);
  } finally {
    await session.release();
  }
}

type Distance = Omit<Difference, 'agrees'>;

function comparisonOf(distances: ReadonlyMap<string, Distance>, tolerance: number): Comparison {
  const outputs = Object.fromEntries(
    [...distances].map(([name, distance]) => [name, { ...distance, agrees: distance.relative <= tolerance }]),
  );
  return { agrees: Object.values(outputs).every(({ agrees }) => agrees), tolerance, outputs };
}

function distancesOf(
  names: readonly string[],
  expected: readonly HostArray[],
  actual: Readonly<Record<string, HostArray>>,
): [string, Distance][] {
  return names.map((name, i) => {
    const output = Object.hasOwn(actual, name) ? actual[name] : undefined;
    const reference = expected[i];
    if (output === undefined || reference === undefined || !equalShapes(reference.shape, output.shape)) {
      throw new ManabiError(
        'shape',
        `Output '${name}' of the file is ${output === undefined ? 'missing' : formatType(output)}; the model returns ` +
          `${reference === undefined ? 'no such output' : formatType(reference)}. Check that the file belongs to this model.`,
        { op: 'compare', data: { output: name, ours: reference?.shape, theirs: output?.shape } },
      );
    }
    return [name, distanceOf(reference, output)];
  });
}

function distanceOf(expected: HostArray, actual: HostArray): Distance {
  let [absolute, relative] = [0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [expected.data[i], actual.data[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const distance = Math.abs(a - b);
    if (!Number.isFinite(distance)) return { absolute: Number.POSITIVE_INFINITY, relative: Number.POSITIVE_INFINITY };
    absolute = Math.max(absolute, distance);
    relative = Math.max(relative, distance / Math.max(1, Math.abs(a)));
  }
  return { absolute, relative };
}

function larger(known: Distance | undefined, other: Distance): Distance {
  if (known === undefined) return other;
  return {
    absolute: Math.max(known.absolute, other.absolute),
    relative: Math.max(known.relative, other.relative),
  };
}

function checkCount(what: 'inputs' | 'outputs', actual: readonly string[], expected: readonly string[]): void {
  if (actual.length === expected.length) return;
  throw new ManabiError(
    'argument',
    `The file has ${actual.length} ${what} (${actual.join(', ')}); the model has ${expected.length} (${expected.join(', ')}). ` +
      'Check that the file belongs to this model.',
    { op: 'compare', data: { what, theirs: actual, ours: expected } },
  );
}

function checkInputs(types: readonly TensorType[], inputs: readonly HostArray[]): void {
  const position = types.findIndex(
    (type, i) => inputs[i] === undefined || type.dtype !== inputs[i].dtype || !equalShapes(type.shape, inputs[i].shape),
  );
  if (position < 0 && types.length === inputs.length) return;
  const expected = types.map(formatType).join(', ');
  throw new ManabiError(
    'argument',
    `\`inputs\` must be ${expected}, in this order; got ${inputs.map(formatType).join(', ')}.`,
    { op: 'compare', data: { position, expected: types, given: inputs.map(({ dtype, shape }) => ({ dtype, shape })) } },
  );
}
