import { type Kind, nullable, readArgument } from '@manabi/errors';
import type { RowsInPlace } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import { hasMethods, type Identifier, identified, type Make } from '../registry/resolve.ts';
import { l1, l1L2, l2 } from './norms.ts';
import { orthogonalRegularizer } from './orthogonal.ts';
import type { Regularizer } from './regularizer.ts';

/** How users say which regularizer they want: `'l2'`, `l2({ l2: 1e-4 })`. */
export type RegularizerIdentifier = Identifier<Regularizer>;

const rows = {
  l1: { className: 'L1', make: l1 },
  l2: { className: 'L2', make: l2 },
  // The name alone means 0.01 for both.
  l1L2: { className: 'L1L2', make: (config = { l1: 0.01, l2: 0.01 }) => l1L2(config) },
  orthogonalRegularizer: { className: 'OrthogonalRegularizer', aliases: ['orthogonal'], make: orthogonalRegularizer },
} satisfies RowsInPlace<typeof import('./index.ts')>;

/** The regularizers, which layers take by name when they are made. */
export const regularizerTable = /* @__PURE__ */ new ClassTable<Make<Regularizer>>('regularizer', rows);

/** The kind of regularizers: one, its name or its description, or null for none. */
export const regularizerKind: Kind<Regularizer | null> = nullable(
  identified({
    table: regularizerTable,
    noun: 'a regularizer',
    isThing: (thing): thing is Regularizer => hasMethods(thing, 'penalty'),
    method: 'penalty: (x) => scalar',
  }),
);

/**
 * Returns the regularizer that a user means; null for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getRegularizer(identifier: RegularizerIdentifier | null): Regularizer | null {
  return readArgument('getRegularizer', 'identifier', identifier, regularizerKind);
}
