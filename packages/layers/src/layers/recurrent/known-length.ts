import { ManabiError } from '@manabi/core';
import { type Kind, kind, readArgument } from '@manabi/errors';
import { formatPartialShape, type PartialShape } from '../../structure/nested.ts';
import { axisKind, partialShape } from '../../structure/option-kinds.ts';

/** What a message says of a layer. */
interface Named {
  readonly name: string;
  readonly className: string;
}

const namedKind: Kind<Named> = kind('a layer', isNamed);

function isNamed(given: unknown): given is Named {
  if (typeof given !== 'object' || given === null || !('name' in given) || !('className' in given)) return false;
  return typeof given.name === 'string' && typeof given.className === 'string';
}

/**
 * Returns the length of an axis that a layer must know to make its weights.
 *
 * @throws ManabiError `axis` if there is no such axis; `shape` if its length is not known
 */
export function knownLength(layer: Named, shape: PartialShape, axis: number): number {
  readArgument('knownLength', 'layer', layer, namedKind);
  readArgument('knownLength', 'shape', shape, partialShape);
  readArgument('knownLength', 'axis', axis, axisKind);
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
