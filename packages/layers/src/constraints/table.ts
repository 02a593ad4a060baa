import { type Kind, nullable, readArgument } from '@manabi/errors';
import { NameTable } from '../registry/name-table.ts';
import { hasMethods, type Identifier, identified, type Maker, registerMaker } from '../registry/resolve.ts';
import type { Constraint } from './constraint.ts';
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from './norms.ts';

/** How users say which constraint they want: `'nonNeg'`, `maxNorm({ maxValue: 3 })`. */
export type ConstraintIdentifier = Identifier<Constraint>;

const constraints = new NameTable<Maker<Constraint>>('constraint', {
  maxNorm: { make: maxNorm },
  minMaxNorm: { make: minMaxNorm },
  nonNeg: { make: nonNeg },
  unitNorm: { make: unitNorm },
});

/** Makes a constraint of your own known by name. */
export function registerConstraint(className: string, make: (config?: object) => Constraint): void {
  registerMaker('registerConstraint', constraints, className, make);
}

/** The kind of constraints: one, its name or its description, or null for none. */
export const constraintKind: Kind<Constraint | null> = nullable(
  identified(
    'a constraint',
    constraints,
    (thing): thing is Constraint => hasMethods(thing, 'constrain'),
    'constrain: (w) => tensor',
  ),
);

/**
 * Returns the constraint that a user means; null for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getConstraint(identifier: ConstraintIdentifier | null): Constraint | null {
  return readArgument('getConstraint', 'identifier', identifier, constraintKind);
}
