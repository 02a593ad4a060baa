import type { HostArray } from '@manabi/core';
import type { Network } from '../networks/network.ts';
import type { PartialType } from '../structure/nested.ts';
import type { Samples } from './array-source.ts';
import { type Datum, isDatum, toDatum, toHostData } from './arrays.ts';
import type { Batch } from './batch.ts';
import { checkLengths, namedArrays } from './check-batch.ts';
import { checkInputs } from './check-inputs.ts';
import { encodedTexts } from './encoded-texts.ts';
import { allArraysByName, arraysByName, isOneArray, type TrainingArrays } from './named-arrays.ts';
import type { BatchParts } from './stream-source.ts';

/**
 * Creates a batch from inputs, labels and sample weights, sorted into the order of the model's inputs and outputs.
 * Creates the model's weights if they do not exist.
 *
 * @throws ManabiError `argument`, `shape` or `data` for invalid parts
 */
export function batchOf(op: string, model: Network, { x, y, sampleWeight, isElement = false }: BatchParts): Batch {
  const inputNames = model.built ? model.inputNames : namesBeforeBuild(x);
  const given = allArraysByName(op, 'x', inputNames, x).map((array, i) => encodedTexts(model, i, array));
  const inputs = given.map(({ array }) => toDatum(op, 'x', array));
  const inputArrays = namedArrays('x', inputNames, inputs);
  if (model.built)
    checkInputs(
      op,
      model,
      inputArrays.map(({ name }) => name),
      inputs,
      isElement,
    );
  buildFor(
    model,
    inputs.map((array, i) => given[i].type ?? typeOfData(array)),
  );
  const { outputNames } = model;
  const givenLabels = y === null ? [] : arraysByName(op, 'y', outputNames, y);
  const labels = outputNames.map((_, i) => datumAt(op, 'y', givenLabels, i));
  const weights = weightsOf(op, outputNames, sampleWeight);
  const arrays = [
    ...inputArrays,
    ...namedArrays('y', outputNames, labels),
    ...namedArrays('sampleWeight', outputNames, weights),
  ];
  checkLengths(op, arrays, isElement);
  return { x: inputs, y: labels, weights };
}

/**
 * Converts inputs, labels and sample weights to host arrays. Tensors are read from their backend.
 *
 * @throws ManabiError as documented at `batchOf`
 */
export async function samplesOf(op: string, model: Network, parts: BatchParts): Promise<Samples> {
  const { x, y, weights } = batchOf(op, model, parts);
  // Several outputs may have the same array of sample weights, which is then read only once.
  const reading = new Map<Datum, Promise<HostArray>>();
  const toHost = (argument: string, array: Datum): Promise<HostArray> => {
    const known = reading.get(array) ?? toHostData(op, argument, array);
    reading.set(array, known);
    return known;
  };
  const optional = (argument: string, array: Datum | null) => (array === null ? null : toHost(argument, array));
  return {
    x: await Promise.all(x.map((array) => toHost('x', array))),
    y: await Promise.all(y.map((array) => optional('y', array))),
    weights: await Promise.all(weights.map((array) => optional('sampleWeight', array))),
  };
}

/** Returns the dtype and shape of an array, with null for the number of samples. */
export function typeOfData({ shape, dtype }: Pick<Datum, 'dtype' | 'shape'>): PartialType {
  return { dtype, shape: [null, ...shape.slice(1)] };
}

function buildFor(model: Network, types: readonly PartialType[]): void {
  if (model.built) return;
  model.ensureBuilt(types.length === 1 ? types[0] : types);
}

/** Returns default names for the inputs of a model that is not built yet: one name for each array if `x` is a list. */
function namesBeforeBuild(x: TrainingArrays): readonly string[] {
  if (!Array.isArray(x) || isOneArray(x, 1)) return ['input'];
  const items: readonly unknown[] = x;
  return items.every(isDatum) ? items.map((_, i) => (i === 0 ? 'input' : `input_${i}`)) : ['input'];
}

function weightsOf(
  op: string,
  outputNames: readonly string[],
  given: TrainingArrays | null,
): readonly (Datum | null)[] {
  if (given === null) return outputNames.map(() => null);
  if (isOneArray(given, outputNames.length)) {
    const forAll = toDatum(op, 'sampleWeight', given);
    return outputNames.map(() => forAll);
  }
  const arrays = arraysByName(op, 'sampleWeight', outputNames, given);
  return outputNames.map((_, i) => datumAt(op, 'sampleWeight', arrays, i));
}

function datumAt(op: string, argument: string, arrays: readonly unknown[], i: number): Datum | null {
  const array = arrays[i] ?? null;
  return array === null ? null : toDatum(op, argument, array);
}
