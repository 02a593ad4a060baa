import type { Described } from '../describe-config.ts';
import { NameTable } from '../name-table.ts';
import { type Identifier, type Maker, resolve } from '../resolve.ts';
import type { Constraint } from './constraint.ts';
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from './norms.ts';

export type { Constraint } from './constraint.ts';
export {
  type MaxNormOptions,
  type MinMaxNormOptions,
  maxNorm,
  minMaxNorm,
  type NormOptions,
  nonNeg,
  unitNorm,
} from './norms.ts';

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
  constraints.register(className, { make });
}

/**
 * The constraint that a user means; null for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones
 */
export function getConstraint(identifier: ConstraintIdentifier | null): Constraint | null {
  const isConstraint = (thing: Described): thing is Constraint => 'constrain' in thing;
  return identifier === null ? null : resolve('constraint', constraints, isConstraint, identifier);
}
