import { type Kind, nullable, readArgument } from '@manabi/errors';
import type { RowsInPlace } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import { hasMethods, type Identifier, identified, type Make } from '../registry/resolve.ts';
import type { Constraint } from './constraint.ts';
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from './norms.ts';

/** A constraint as layers accept it: a name (`'nonNeg'`), a constraint, or `{ className, config }`. */
export type ConstraintIdentifier = Identifier<Constraint>;

const rows = {
  maxNorm: { className: 'MaxNorm', make: maxNorm },
  minMaxNorm: { className: 'MinMaxNorm', make: minMaxNorm },
  nonNeg: { className: 'NonNeg', make: nonNeg },
  unitNorm: { className: 'UnitNorm', make: unitNorm },
} satisfies RowsInPlace<typeof import('./index.ts')>;

/**
 * Table of constraints by name. They are loaded together with the layers, since constructors of layers look up names.
 */
export const constraintTable = /* @__PURE__ */ new ClassTable<Make<Constraint>>('constraint', rows);

/** Validator for a constraint, a name, `{ className, config }`, or null for no constraint. */
export const constraintKind: Kind<Constraint | null> = nullable(
  identified({
    table: constraintTable,
    noun: 'a constraint',
    isInstance: (instance): instance is Constraint => hasMethods(instance, 'constrain'),
    method: 'constrain: (w) => tensor',
  }),
);

/**
 * Returns the constraint for a name, a constraint or `{ className, config }`; null for null.
 *
 * @throws ManabiError `argument` for an unknown name (with the nearest names) or any other value
 * @example
 * ```ts
 * import { getConstraint, tensor } from 'manabi';
 *
 * console.log(await getConstraint('nonNeg')?.constrain(tensor([-1, 2])).array()); // [0, 2]
 * ```
 */
export function getConstraint(identifier: ConstraintIdentifier | null): Constraint | null {
  return readArgument('getConstraint', 'identifier', identifier, constraintKind);
}
