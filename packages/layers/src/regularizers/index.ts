import type { Described } from '../describe-config.ts';
import { NameTable } from '../name-table.ts';
import { type Identifier, type Maker, resolve } from '../resolve.ts';
import { l1, l1L2, l2 } from './norms.ts';
import { orthogonalRegularizer } from './orthogonal.ts';
import type { Regularizer } from './regularizer.ts';

export { type L1L2Options, type L1Options, type L2Options, l1, l1L2, l2 } from './norms.ts';
export { type OrthogonalRegularizerOptions, orthogonalRegularizer } from './orthogonal.ts';
export type { Regularizer } from './regularizer.ts';

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
  regularizers.register(className, { make });
}

/**
 * The regularizer that a user means; null for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones
 */
export function getRegularizer(identifier: RegularizerIdentifier | null): Regularizer | null {
  const isRegularizer = (thing: Described): thing is Regularizer => 'penalty' in thing;
  return identifier === null ? null : resolve('regularizer', regularizers, isRegularizer, identifier);
}
