import { isTensor, ManabiError, type Shape } from '@manabi/core';
import { wrongArgument } from '@manabi/errors';
import type { InputSpec } from '../layer/input-spec.ts';
import type { Network } from '../networks/network.ts';
import { isList, type OneOrMany, toList } from '../structure/nested.ts';
import { type Datum, isDatum } from './arrays.ts';
import { checkIndices } from './check-indices.ts';

/**
 * Checks the shapes of arrays against the declared inputs of a model before a step runs. Detects a missing batch axis,
 * and axes of other lengths than those the model was built for.
 *
 * @param names names of the arrays in messages: `x`, `x.image`
 * @param isElement whether the arrays are one element of a dataset
 * @throws ManabiError `shape`, with the expected shape
 */
export function checkInputs(
  op: string,
  { inputSpec }: Network,
  names: readonly string[],
  inputs: readonly Datum[],
  isElement: boolean,
): void {
  inputs.forEach((input, i) => {
    const { shape } = input;
    const spec = isList(inputSpec) ? inputSpec[i] : inputSpec;
    if (spec?.rank === undefined || isBatch(spec, shape)) return;
    const expected = Array.from({ length: spec.rank }, (_, axis) => spec.axes?.[axis] ?? null);
    const shown = expected.map((length, axis) => (axis === 0 ? 'batch' : String(length))).join(', ');
    const isSample = isBatch(spec, [1, ...shape]);
    const advice = isElement
      ? ' The dataset yields single samples: batch it with dataset.batch(32).'
      : adviceOnSample(input);
    throw new ManabiError(
      'shape',
      `\`${names[i]}\` must have shape [${shown}]; got [${shape.join(', ')}].${isSample ? advice : adviceOn(spec, shape)}`,
      { op, data: { name: names[i], expected, given: shape } },
    );
  });
}

function isBatch({ rank, axes = {} }: InputSpec, shape: Shape): boolean {
  return shape.length === rank && Object.entries(axes).every(([axis, length]) => shape[Number(axis)] === length);
}

/** Nested arrays are host arrays by now, so the advice covers both forms. */
function adviceOnSample(sample: Datum): string {
  const advice = isTensor(sample)
    ? 'expandDims(sample, 0)'
    : '[sample] for nested arrays, expandDims(fromHost(sample), 0) for a host array';
  return ` For a single sample, add the batch axis: ${advice}.`;
}

/** Returns advice, for an error message, on samples that have the expected number of elements in another shape. */
function adviceOn({ rank, axes = {} }: InputSpec, [, ...sample]: Shape): string {
  const size = sample.reduce((product, length) => product * length, 1);
  return rank === 2 && sample.length > 1 && axes[1] === size
    ? ` Start the model with flatten({ inputShape: [${sample.join(', ')}] }).`
    : '';
}

/**
 * Converts and checks the inputs of a single batch.
 *
 * @returns a promise if tensors must be read; null if all inputs are checked
 * @throws ManabiError `argument` for values that are not arrays; `shape` and `index` as documented at `checkInputs` and
 * `checkIndices`
 */
export function readInputs(op: string, model: Network, inputs: OneOrMany<Datum>): Promise<void> | null {
  const list = toList<Datum>(inputs);
  const names = list.map((_, i) => (list.length === 1 ? 'inputs' : `inputs[${i}]`));
  list.forEach((input, i) => {
    if (isDatum(input)) return;
    throw wrongArgument({ op, name: names[i] }, 'a tensor or a host array', input, adviceOnArrays(input));
  });
  if (model.built) checkInputs(op, model, names, list, false);
  return checkIndices(op, model, list);
}

function adviceOnArrays(given: unknown): string {
  return Array.isArray(given) || ArrayBuffer.isView(given) ? 'Convert it first: tensor(array).' : '';
}
