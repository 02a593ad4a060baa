import { ManabiError } from '@manabi/core';
import {
  formatPartialShape,
  isList,
  type OneOrMany,
  type PartialShape,
  type PartialType,
} from '../structure/nested.ts';

/** What a layer demands of an input before it is called; what is not said is not checked. */
export interface InputSpec {
  /** Number of axes, the batch's included. */
  readonly rank?: number;
  /** Fewest axes. */
  readonly minRank?: number;
  /** Most axes. */
  readonly maxRank?: number;
  /** Lengths of axes, by their place; negative places count from the end. */
  readonly axes?: Readonly<Record<number, number>>;
  /**
   * Elements are places in a table of this length, from 0. What `fit` and `evaluate` are given in host memory is
   * checked for it.
   */
  readonly indices?: number;
}

/** Demands a single input, of any shape. */
export const ONE_INPUT: InputSpec = {};

/** Where an input comes from: it is a tensor, or the symbolic one of a model's input or of what a layer makes. */
type Origin = 'tensor' | 'input' | 'layer';

/** A layer, for messages. */
interface Named {
  readonly name: string;
  readonly className: string;
}

/**
 * Checks the inputs of a call; those for which there is no spec are not checked.
 *
 * @param sources names of the layers that made them; null where it is not known
 * @throws ManabiError `shape`, with the layer's name, the shape, and what was expected
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

/** The inputs in the form that `call` takes: a list of one becomes this one for a layer that takes one. */
export function countedInputs<T>(inputSpec: OneOrMany<InputSpec> | null, inputs: OneOrMany<T>): OneOrMany<T> {
  return isList(inputs) && inputSpec !== null && !isList(inputSpec) ? inputs[0] : inputs;
}

/** The error of a layer that takes one input, and was given another number of them. */
export function tooManyInputs({ name, className }: Named, count: number): ManabiError {
  return new ManabiError(
    'argument',
    `Layer '${name}' (${className}) takes one input; got ${count}. Merge them first: layers.concatenate([a, b]).`,
    { op: className, data: { layer: name, expected: 1, given: count } },
  );
}

/**
 * Checks an input against a layer's demands. Lengths that are not known are taken to fit.
 *
 * @param layer its name and class, for the message
 * @param source name of the layer that made the input, if it is known
 * @throws ManabiError `shape`, with the layer's name, the shape, and what was expected
 */
function checkInputSpec(
  layer: Named,
  spec: InputSpec,
  given: PartialType,
  source: string | null,
  origin: Origin = 'tensor',
): void {
  const expected = complaint(spec, given);
  if (expected === null) return;
  const from = source === null ? '' : ` from layer '${source}'`;
  throw new ManabiError(
    'shape',
    `Layer '${layer.name}' (${layer.className}) expects ${expected}; got ${formatPartialShape(given.shape)}${from}.` +
      adviceOn(spec, given, origin),
    { op: layer.className, data: { layer: layer.name, shape: given.shape, from: source, spec } },
  );
}

function complaint({ rank, minRank, maxRank, axes = {} }: InputSpec, { shape }: PartialType): string | null {
  if (rank !== undefined && shape.length !== rank) return `a shape of ${rank} axes, the batch's included`;
  if (minRank !== undefined && shape.length < minRank)
    return `a shape of ${minRank} axes or more, the batch's included`;
  if (maxRank !== undefined && shape.length > maxRank)
    return `a shape of ${maxRank} axes or fewer, the batch's included`;
  for (const [place, length] of Object.entries(axes)) {
    const axis = Number(place);
    const actual = shape.at(axis);
    if (actual === undefined) return `an axis ${axis} of length ${length}`;
    if (actual !== null && actual !== length) return `length ${length} at axis ${axis}, for which it was built`;
  }
  return null;
}

/** What to do about a missing axis, or one too many. */
function adviceOn({ rank, minRank = rank ?? 0 }: InputSpec, { shape }: PartialType, origin: Origin): string {
  if (shape.length === minRank - 1) {
    return origin !== 'tensor'
      ? ` ${adviceOnMissingAxis(shape, origin)}`
      : ' For a single sample, add the axis of the batch: expandDims(x, 0).';
  }
  return rank === 2 && shape.length > 2 ? ' Add a flatten() layer before it.' : '';
}

/** A symbolic tensor has the axis of the batch, unless it begins a model with a shape given whole. */
function adviceOnMissingAxis([batch, ...sample]: PartialShape, origin: 'input' | 'layer'): string {
  const longer = formatPartialShape([...sample, 1]);
  const kind = sample.length === 2 ? 'for images, the channels' : 'such as that of channels or features';
  if (origin === 'layer') {
    return sample.includes(null)
      ? 'Add a reshape() layer before it.'
      : `Add the missing axis before it: layers.reshape({ targetShape: ${longer} }).`;
  }
  if (batch !== null) {
    return `Add the missing axis: that of the batch, ${formatPartialShape([null, batch, ...sample])}, or the last one.`;
  }
  return (
    `inputShape, the input's shape without the batch, is ${formatPartialShape(sample)} and lacks an axis. Add it ` +
    `(${kind}): ${longer}.`
  );
}
