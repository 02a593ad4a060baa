import { ManabiError } from '@manabi/core';
import {
  formatPartialShape,
  isList,
  type OneOrMany,
  type PartialShape,
  type PartialType,
} from '../structure/nested.ts';

/** The shapes that a layer accepts for one input, checked before each call. Omitted fields are not checked. */
export interface InputSpec {
  /** Rank, including the batch axis. */
  readonly rank?: number;
  /** Minimum rank. */
  readonly minRank?: number;
  /** Maximum rank. */
  readonly maxRank?: number;
  /** Required lengths by axis index; negative indices count from the end. */
  readonly axes?: Readonly<Record<number, number>>;
  /**
   * Number of entries of a lookup table that the elements index, from 0. `fit` and `evaluate` reject data in host
   * memory that contains other indices.
   */
  readonly indices?: number;
}

/** Accepts a single input of any shape. */
export const ONE_INPUT: InputSpec = {};

/**
 * What produced an input: a tensor was passed, a symbolic input of a model, the symbolic output of a layer, or the
 * symbolic output of a recurrent layer that returns only its last timestep.
 */
export type Origin = 'tensor' | 'input' | 'layer' | 'lastStep';

/** A layer's name and class, for messages. */
interface Named {
  readonly name: string;
  readonly className: string;
}

/**
 * Checks the shapes of a layer's inputs; an input without a spec is not checked.
 *
 * @param sources names of the layers that produced the inputs; null if unknown
 * @throws ManabiError `shape`, with the layer's name, the received shape and the expected one
 */
export function checkInputSpecs(
  layer: Named & { readonly inputSpec: OneOrMany<InputSpec> | null },
  inputs: readonly PartialType[],
  sources: readonly (string | null)[],
  originOf: (position: number) => Origin = () => 'tensor',
): void {
  const { inputSpec } = layer;
  if (inputSpec === null) return;
  inputs.forEach((given, i) => {
    const spec = isList(inputSpec) ? inputSpec[i] : inputSpec;
    if (spec !== undefined) checkInputSpec(layer, spec, given, sources[i] ?? null, originOf(i));
  });
}

/**
 * Returns inputs in the form that `call` accepts: for a layer with one input, a list of length 1 becomes its only
 * element.
 */
export function countedInputs<T>(inputSpec: OneOrMany<InputSpec> | null, inputs: OneOrMany<T>): OneOrMany<T> {
  return isList(inputs) && inputSpec !== null && !isList(inputSpec) ? inputs[0] : inputs;
}

/** Creates the error for several inputs of a layer that accepts only one. */
export function tooManyInputs({ name, className }: Named, count: number): ManabiError {
  return new ManabiError(
    'argument',
    `Layer '${name}' (${className}) takes one input; got ${count}. Merge them first: layers.concatenate([a, b]).`,
    { op: className, data: { layer: name, expected: 1, given: count } },
  );
}

/**
 * Checks the shape of one input. Unknown lengths satisfy every requirement.
 *
 * @param layer name and class of the layer, for the message
 * @param source name of the layer that produced the input, if known
 * @throws ManabiError `shape`, with the layer's name, the received shape and the expected one
 */
function checkInputSpec(
  layer: Named,
  spec: InputSpec,
  given: PartialType,
  source: string | null,
  origin: Origin = 'tensor',
): void {
  const expected = violation(spec, given);
  if (expected === null) return;
  const from = source === null ? '' : ` from layer '${source}'`;
  throw new ManabiError(
    'shape',
    `Layer '${layer.name}' (${layer.className}) expects an input ${expected}; got ${formatPartialShape(given.shape)}${from}.` +
      adviceOn(spec, given, origin, source),
    { op: layer.className, data: { layer: layer.name, shape: given.shape, from: source, spec } },
  );
}

/**
 * Returns the requirement that an input does not meet, as a phrase that follows "expects an input"; null if the input
 * meets all requirements.
 */
function violation({ rank, minRank, maxRank, axes = {} }: InputSpec, { shape }: PartialType): string | null {
  if (rank !== undefined && shape.length !== rank) return `of rank ${rank}, including the batch axis`;
  if (minRank !== undefined && shape.length < minRank) return `of rank ${minRank} or more, including the batch axis`;
  if (maxRank !== undefined && shape.length > maxRank) return `of rank ${maxRank} or less, including the batch axis`;
  for (const [key, length] of Object.entries(axes)) {
    const axis = Number(key);
    const actual = shape.at(axis);
    if (actual === undefined) return `with an axis ${axis} of length ${length}`;
    if (actual !== null && actual !== length)
      return `with length ${length} at axis ${axis}, the length it was built with`;
  }
  return null;
}

/** Returns advice, for an error message, on an input whose rank is one too small or too large. */
function adviceOn(
  { rank, minRank = rank ?? 0 }: InputSpec,
  { shape }: PartialType,
  origin: Origin,
  source: string | null,
): string {
  if (shape.length === minRank - 1) {
    return origin !== 'tensor'
      ? ` ${adviceOnMissingAxis(shape, origin, source)}`
      : ' For a single sample, add the batch axis: expandDims(x, 0).';
  }
  return rank === 2 && shape.length > 2 ? ' Add a flatten() layer before it.' : '';
}

/**
 * Returns advice, for an error message, on a symbolic input that lacks an axis. The missing axis is not the batch axis,
 * unless the model's input was declared with `batchShape`.
 */
function adviceOnMissingAxis(
  [batch, ...sample]: PartialShape,
  origin: Exclude<Origin, 'tensor'>,
  source: string | null,
): string {
  const longer = formatPartialShape([...sample, 1]);
  const kind = sample.length === 2 ? 'the channel axis' : 'an axis of channels or features';
  if (origin === 'lastStep') return `Pass returnSequences: true to '${source}', so that it returns all timesteps.`;
  if (origin === 'layer') {
    return sample.includes(null)
      ? 'Add a reshape() layer before it.'
      : `Add an axis before it: layers.reshape({ targetShape: ${longer} }).`;
  }
  if (batch !== null) {
    return `Add the missing axis: the batch axis, ${formatPartialShape([null, batch, ...sample])}, or a last axis.`;
  }
  return (
    `\`inputShape\` excludes the batch axis and lacks an axis; got ${formatPartialShape(sample)}. ` +
    `Add ${kind}: ${longer}.`
  );
}
