import { type Kind, nullable, readArgument } from '@manabi/errors';
import type { RowsInPlace } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import { hasMethods, type Identifier, identified, type Make } from '../registry/resolve.ts';
import { l1, l1L2, l2 } from './norms.ts';
import { orthogonalRegularizer } from './orthogonal.ts';
import type { Regularizer } from './regularizer.ts';

/** A regularizer as layers accept it: a name (`'l2'`), a regularizer, or `{ className, config }`. */
export type RegularizerIdentifier = Identifier<Regularizer>;

const rows = {
  l1: { className: 'L1', make: l1 },
  l2: { className: 'L2', make: l2 },
  // As in Keras, the name 'l1L2' without a config means 0.01 for both factors.
  l1L2: { className: 'L1L2', make: (config = { l1: 0.01, l2: 0.01 }) => l1L2(config) },
  orthogonalRegularizer: { className: 'OrthogonalRegularizer', aliases: ['orthogonal'], make: orthogonalRegularizer },
} satisfies RowsInPlace<typeof import('./index.ts')>;

/**
 * Table of regularizers by name. They are loaded together with the layers, since constructors of layers look up names.
 */
export const regularizerTable = /* @__PURE__ */ new ClassTable<Make<Regularizer>>('regularizer', rows);

/** Validator for a regularizer, a name, `{ className, config }`, or null for no regularizer. */
export const regularizerKind: Kind<Regularizer | null> = nullable(
  identified({
    table: regularizerTable,
    noun: 'a regularizer',
    isInstance: (instance): instance is Regularizer => hasMethods(instance, 'penalty'),
    method: 'penalty: (x) => scalar',
  }),
);

/**
 * Returns the regularizer for a name, a regularizer or `{ className, config }`; null for null.
 *
 * @throws ManabiError `argument` for an unknown name (with the nearest names) or any other value
 * @example
 * ```ts
 * import { getRegularizer, tensor } from 'manabi';
 *
 * console.log(await getRegularizer('l2')?.penalty(tensor([1, 2])).item()); // 0.05
 * ```
 */
export function getRegularizer(identifier: RegularizerIdentifier | null): Regularizer | null {
  return readArgument('getRegularizer', 'identifier', identifier, regularizerKind);
}
