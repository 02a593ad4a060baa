import { type Kind, nullable, readArgument } from '@manabi/errors';
import type { RowsInPlace } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import { hasMethods, type Identifier, identified, type Make } from '../registry/resolve.ts';
import type { Constraint } from './constraint.ts';
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from './norms.ts';

/** How users say which constraint they want: `'nonNeg'`, `maxNorm({ maxValue: 3 })`. */
export type ConstraintIdentifier = Identifier<Constraint>;

const rows = {
  maxNorm: { className: 'MaxNorm', make: maxNorm },
  minMaxNorm: { className: 'MinMaxNorm', make: minMaxNorm },
  nonNeg: { className: 'NonNeg', make: nonNeg },
  unitNorm: { className: 'UnitNorm', make: unitNorm },
} satisfies RowsInPlace<typeof import('./index.ts')>;

/** The constraints, which layers take by name when they are made. */
export const constraintTable = /* @__PURE__ */ new ClassTable<Make<Constraint>>('constraint', rows);

/** The kind of constraints: one, its name or its description, or null for none. */
export const constraintKind: Kind<Constraint | null> = nullable(
  identified({
    table: constraintTable,
    noun: 'a constraint',
    isThing: (thing): thing is Constraint => hasMethods(thing, 'constrain'),
    method: 'constrain: (w) => tensor',
  }),
);

/**
 * Returns the constraint that a user means; null for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getConstraint(identifier: ConstraintIdentifier | null): Constraint | null {
  return readArgument('getConstraint', 'identifier', identifier, constraintKind);
}
