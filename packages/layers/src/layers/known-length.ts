import { ManabiError } from '@manabi/core';
import { formatPartialShape, type PartialShape } from '../nested.ts';

/**
 * The length of an axis that a layer must know to make its weights.
 *
 * @throws ManabiError `axis` if there is no such axis; `shape` if its length is not known
 */
export function knownLength(
  layer: { readonly name: string; readonly className: string },
  shape: PartialShape,
  axis: number,
): number {
  const length = shape.at(axis);
  if (typeof length === 'number') return length;
  const who = `Layer '${layer.name}' (${layer.className})`;
  const given = `its input has shape ${formatPartialShape(shape)}`;
  const details = { op: layer.className, data: { layer: layer.name, shape, axis } };
  if (length === undefined) throw new ManabiError('axis', `${who} is for axis ${axis}, but ${given}.`, details);
  throw new ManabiError(
    'shape',
    `${who} must know the length of axis ${axis} to make its weights, but ${given}. State it in input({ shape }) or in ` +
      'inputShape.',
    details,
  );
}
