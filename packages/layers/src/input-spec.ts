import { ManabiError } from '@manabi/core';
import { formatPartialShape, type PartialType } from './nested.ts';

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
  const from = source === null ? '' : `, from layer '${source}'`;
  throw new ManabiError(
    'shape',
    `Layer '${layer.name}' (${layer.className}) takes ${expected}, but was given shape ` +
      `${formatPartialShape(given.shape)}${from}.`,
    { op: layer.className, data: { layer: layer.name, shape: given.shape, from: source, spec } },
  );
}

function complaint({ rank, minRank, maxRank, axes = {} }: InputSpec, { shape }: PartialType): string | null {
  if (rank !== undefined && shape.length !== rank) {
    return `${rank} axes (the batch's included; reshape or flatten changes them)`;
  }
  if (minRank !== undefined && shape.length < minRank) return `${minRank} axes or more (the batch's included)`;
  if (maxRank !== undefined && shape.length > maxRank) return `${maxRank} axes or fewer (the batch's included)`;
  for (const [place, length] of Object.entries(axes)) {
    const axis = Number(place);
    const actual = shape.at(axis);
    if (actual === undefined) return `an axis ${axis} of length ${length}`;
    if (actual !== null && actual !== length) return `length ${length} at axis ${axis}, as it was built for`;
  }
  return null;
}
