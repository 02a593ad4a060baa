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

/** How a file is compared. */
export interface CompareOptions {
  /** Arrays for the inputs, in order; by default random ones: floats in [-1, 1), whole numbers 0 and 1. */
  readonly inputs?: readonly HostArray[];
  /** Batch sizes that are tried with random inputs; by default 1 and 7. Other open lengths are 32. */
  readonly batchSizes?: readonly number[];
  /** Of the random inputs; by default 0. */
  readonly seed?: number;
  /** The largest relative difference at which an output agrees; by default 1e-3, as PyTorch's exporter allows. */
  readonly tolerance?: number;
}

const kinds = {
  inputs: optional(listOf(anything<HostArray>('a host array'))),
  batchSizes: optional(listOf(positiveInteger, { min: 1 }), [1, 7]),
  seed: optional(integer(), 0),
  tolerance: optional(number({ min: 0 }), 1e-3),
} satisfies KindsOf<CompareOptions>;

/** How far an output of a file is from ours. */
export interface Difference {
  /** Largest distance of two elements; infinite where only one is NaN, or infinite. */
  readonly absolute: number;
  /** The same, divided by the magnitude of our element where that is above 1. */
  readonly relative: number;
  /** Whether the relative difference is within the tolerance. */
  readonly agrees: boolean;
}

/** The outcome of a comparison. */
export interface Comparison {
  /** Whether every output agrees. */
  readonly agrees: boolean;
  /** The tolerance that was applied. */
  readonly tolerance: number;
  /** The outputs by name. */
  readonly outputs: Readonly<Record<string, Difference>>;
}

/**
 * Compares a model with its ONNX file: runs both on the same inputs, the file in ONNX Runtime, and returns the largest
 * difference of each output, with a verdict. The model runs on the first registered backend, else in the reference
 * interpreter.
 *
 * @param file path, or bytes
 * @throws ManabiError `argument` if `onnxruntime-node` is not installed, for options that are unknown or out of range, for
 * inputs that do not fit, and if the file has more or fewer inputs or outputs; `data` if ONNX Runtime refuses the file;
 * `shape` if an output has another shape
 * @example
 * ```ts
 * const { agrees, outputs } = await compare(model, 'digits.onnx');
 * if (!agrees) throw new Error(`The file differs: ${JSON.stringify(outputs)}`);
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
      const ours = await runGraph(graph, [...family.parameters.values(), ...arrays]);
      const theirs = await session.run(Object.fromEntries(session.inputNames.map((name, i) => [name, arrays[i]])));
      const found = distancesOf(session.outputNames, ours, theirs);
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
  ours: readonly HostArray[],
  theirs: Readonly<Record<string, HostArray>>,
): [string, Distance][] {
  return names.map((name, i) => {
    const their = Object.hasOwn(theirs, name) ? theirs[name] : undefined;
    const our = ours[i];
    if (their === undefined || our === undefined || !equalShapes(our.shape, their.shape)) {
      throw new ManabiError(
        'shape',
        `Output ${name} of the file is ${their === undefined ? 'missing' : formatType(their)}, but here it is ` +
          `${our === undefined ? 'missing' : formatType(our)}. The file may be of another model.`,
        { op: 'compare', data: { output: name, ours: our?.shape, theirs: their?.shape } },
      );
    }
    return [name, distanceOf(our, their)];
  });
}

function distanceOf(ours: HostArray, theirs: HostArray): Distance {
  let [absolute, relative] = [0, 0];
  for (let i = 0; i < ours.data.length; i++) {
    const [a, b] = [ours.data[i], theirs.data[i]];
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

function checkCount(what: 'inputs' | 'outputs', theirs: readonly string[], ours: readonly string[]): void {
  if (theirs.length === ours.length) return;
  throw new ManabiError(
    'argument',
    `The file has ${theirs.length} ${what} (${theirs.join(', ')}), but here there are ${ours.length} (${ours.join(', ')}). ` +
      'The file may be of another model.',
    { op: 'compare', data: { what, theirs, ours } },
  );
}

function checkInputs(types: readonly TensorType[], inputs: readonly HostArray[]): void {
  const position = types.findIndex(
    (type, i) => inputs[i] === undefined || type.dtype !== inputs[i].dtype || !equalShapes(type.shape, inputs[i].shape),
  );
  if (position < 0 && types.length === inputs.length) return;
  const wanted = types.map(formatType).join(', ');
  throw new ManabiError(
    'argument',
    `The inputs are ${inputs.map(formatType).join(', ')}, but ${wanted} are needed, in this order.`,
    { op: 'compare', data: { position, expected: types, given: inputs.map(({ dtype, shape }) => ({ dtype, shape })) } },
  );
}
