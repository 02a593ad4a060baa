import {
  checkOptions,
  type Exportable,
  equalShapes,
  formatType,
  type HostArray,
  inputTypes,
  ManabiError,
  type TensorType,
} from '@manabi/ir';
import { runGraph } from './run-graph.ts';
import { openSession } from './session.ts';
import { randomInputs, sizesOf, usualLengths } from './trial-inputs.ts';

/** How a file is compared. */
export interface CompareOptions {
  /** Arrays for the inputs, in order; by default random ones: floats in [-1, 1), whole numbers 0 and 1. */
  readonly inputs?: readonly HostArray[];
  /** Batch sizes that are tried with random inputs; by default 1 and 7. Other open lengths are 32. */
  readonly batchSizes?: readonly number[];
  /** Of the random inputs; by default 0. */
  readonly seed?: number;
}

/** How far a file's output is from ours. */
export interface Difference {
  /** Largest distance of two elements; infinite where only one is NaN, or infinite. */
  readonly absolute: number;
  /** The same, over the magnitude of our element where that is above 1. */
  readonly relative: number;
}

/**
 * Runs what was exported here and its file in ONNX Runtime, on the same inputs, and gives the largest difference of each
 * output, by name. Here it runs on the first registered backend, else in the reference interpreter.
 *
 * @param file path, or bytes
 * @throws ManabiError `argument` if `onnxruntime-node` is not installed, for options that are unknown or out of range, for
 * inputs that do not fit, and if the file has more or fewer inputs or outputs; `data` if ONNX Runtime refuses the file;
 * `shape` if an output has another shape
 * @example `const { probabilities } = await compare(model, 'digits.onnx'); // { absolute: 3e-8, relative: 3e-8 }`
 */
export async function compare(
  exportable: Exportable,
  file: string | Uint8Array,
  options: CompareOptions = {},
): Promise<Readonly<Record<string, Difference>>> {
  checkOptions('compare', options, { inputs: true, batchSizes: true, seed: true });
  const { batchSizes = [1, 7], seed = 0 } = options;
  checkSizes(batchSizes);
  const family = await exportable.exportPrograms();
  const session = await openSession(file);
  try {
    checkCount('inputs', session.inputNames, family.inputNames);
    checkCount('outputs', session.outputNames, family.outputNames);
    const differences = new Map<string, Difference>();
    const trials =
      options.inputs === undefined
        ? batchSizes.map((size) => ({ size, lengths: usualLengths(family), inputs: null }))
        : [{ ...sizesOf(family, options.inputs), inputs: options.inputs }];
    for (const { size, lengths, inputs } of trials) {
      const graph = family.graph(size, lengths);
      const types = inputTypes(graph).slice(family.parameters.size);
      const given = inputs ?? randomInputs(types, seed);
      checkInputs(types, given);
      const ours = await runGraph(graph, [...family.parameters.values(), ...given]);
      const theirs = await session.run(new Map(session.inputNames.map((name, i) => [name, given[i]])));
      const found = differencesOf(session.outputNames, ours, theirs);
      for (const [name, difference] of found) differences.set(name, larger(differences.get(name), difference));
    }
    return Object.fromEntries(differences);
  } finally {
    await session.close();
  }
}

function differencesOf(
  names: readonly string[],
  ours: readonly HostArray[],
  theirs: ReadonlyMap<string, HostArray>,
): [string, Difference][] {
  return names.map((name, i) => {
    const their = theirs.get(name);
    const our = ours[i];
    if (their === undefined || our === undefined || !equalShapes(our.shape, their.shape)) {
      throw new ManabiError(
        'shape',
        `Output ${name} of the file is ${their === undefined ? 'missing' : formatType(their)}, but here it is ` +
          `${our === undefined ? 'missing' : formatType(our)}. The file may be of another model.`,
        { op: 'compare', data: { output: name, ours: our?.shape, theirs: their?.shape } },
      );
    }
    return [name, differenceOf(our, their)];
  });
}

function differenceOf(ours: HostArray, theirs: HostArray): Difference {
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

function larger(known: Difference | undefined, other: Difference): Difference {
  if (known === undefined) return other;
  return {
    absolute: Math.max(known.absolute, other.absolute),
    relative: Math.max(known.relative, other.relative),
  };
}

function checkSizes(sizes: readonly number[]): void {
  if (sizes.length > 0 && sizes.every((size) => Number.isInteger(size) && size > 0)) return;
  throw new ManabiError(
    'argument',
    `batchSizes is [${sizes.join(', ')}], but must be whole numbers of at least 1, and one of them at least.`,
    { op: 'compare', data: { option: 'batchSizes', given: sizes } },
  );
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
