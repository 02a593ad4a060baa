import { ManabiError } from '@manabi/core';
import { type Kind, kind, readArgument } from '@manabi/errors';
import { formatPartialShape, type PartialShape } from '../../structure/nested.ts';
import { axisKind, partialShape } from '../../structure/option-kinds.ts';

/** Name and class of a layer, for messages. */
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
 * Returns the length of an axis that a layer needs to create its weights.
 *
 * @param layer layer that is built, for messages
 * @param shape shape of its input; null for unknown lengths
 * @param axis position of the axis; negative positions count from the end
 * @throws ManabiError `axis` if the shape has no such axis; `shape` if its length is unknown
 * @example
 * ```ts
 * import { knownLength, layers } from 'manabi';
 *
 * const layer = layers.dense({ units: 2 });
 * console.log(knownLength(layer, [null, 3], -1)); // 3
 * knownLength(layer, [null, null], -1); // throws 'shape'
 * ```
 */
export function knownLength(layer: Named, shape: PartialShape, axis: number): number {
  readArgument('knownLength', 'layer', layer, namedKind);
  readArgument('knownLength', 'shape', shape, partialShape);
  readArgument('knownLength', 'axis', axis, axisKind);
  const length = shape.at(axis);
  if (typeof length === 'number') return length;
  const subject = `Layer '${layer.name}' (${layer.className})`;
  const given = `got input shape ${formatPartialShape(shape)}`;
  const details = { op: layer.className, data: { layer: layer.name, shape, axis } };
  if (length === undefined) throw new ManabiError('axis', `${subject} requires an axis ${axis}; ${given}.`, details);
  throw new ManabiError(
    'shape',
    `${subject} requires a known length of axis ${axis}; ${given}. Set it in input({ shape }) or \`inputShape\`.`,
    details,
  );
}
