import { type Kind, nullable, readArgument } from '@manabi/errors';
import { NameTable } from '../registry/name-table.ts';
import { hasMethods, type Identifier, identified, type Maker, registerMaker } from '../registry/resolve.ts';
import { l1, l1L2, l2 } from './norms.ts';
import { orthogonalRegularizer } from './orthogonal.ts';
import type { Regularizer } from './regularizer.ts';

/** How users say which regularizer they want: `'l2'`, `l2({ l2: 1e-4 })`. */
export type RegularizerIdentifier = Identifier<Regularizer>;

const regularizers = new NameTable<Maker<Regularizer>>('regularizer', {
  l1: { make: l1 },
  l2: { make: l2 },
  l1L2: { make: (config = { l1: 0.01, l2: 0.01 }) => l1L2(config) },
  orthogonalRegularizer: { make: orthogonalRegularizer },
  orthogonal: { make: orthogonalRegularizer },
});

/** Makes a regularizer of your own known by name. */
export function registerRegularizer(className: string, make: (config?: object) => Regularizer): void {
  registerMaker('registerRegularizer', regularizers, className, make);
}

/** The kind of regularizers: one, its name or its description, or null for none. */
export const regularizerKind: Kind<Regularizer | null> = nullable(
  identified(
    'a regularizer',
    regularizers,
    (thing): thing is Regularizer => hasMethods(thing, 'penalty'),
    'penalty: (x) => scalar',
  ),
);

/**
 * Returns the regularizer that a user means; null for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getRegularizer(identifier: RegularizerIdentifier | null): Regularizer | null {
  return readArgument('getRegularizer', 'identifier', identifier, regularizerKind);
}
