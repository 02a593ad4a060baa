import { ManabiError } from '@manabi/core';
import { formatPartialShape, type PartialType, toList } from '../structure/nested.ts';
import { isSymbolic, type SymbolicTensor } from './symbolic.ts';

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

/**
 * Checks an input against a layer's demands. Lengths that are not known are taken to fit.
 *
 * @param layer its name and class, for the message
 * @param source name of the layer that made the input, if it is known
 * @throws ManabiError `shape`, with the layer's name, the shape, and what was expected
 */
export function checkInputSpec(
  layer: { readonly name: string; readonly className: string },
  spec: InputSpec,
  given: PartialType,
  source: string | null,
): void {
  const expected = complaint(spec, given);
  if (expected === null) return;
  const from = source === null ? '' : ` from layer '${source}'`;
  throw new ManabiError(
    'shape',
    `Layer '${layer.name}' (${layer.className}) expects ${expected}; got ${formatPartialShape(given.shape)}${from}.` +
      adviceOn(spec, given),
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
function adviceOn({ rank, minRank = rank ?? 0 }: InputSpec, given: PartialType): string {
  const { shape } = given;
  if (shape.length === minRank - 1) {
    return isSymbolic(given)
      ? ` ${adviceOnMissingAxis(given)}`
      : ' For a single sample, add the axis of the batch: expandDims(x, 0).';
  }
  return rank === 2 && shape.length > 2 ? ' Add a flatten() layer before it.' : '';
}

/** A symbolic tensor has the axis of the batch, unless it begins a model with a shape given whole. */
function adviceOnMissingAxis({ shape: [batch, ...sample], node }: SymbolicTensor): string {
  const longer = formatPartialShape([...sample, 1]);
  const kind = sample.length === 2 ? 'for images, the channels' : 'such as that of channels or features';
  // Only what an input makes comes from no other tensor.
  if (toList(node.inputs).length > 0) {
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
