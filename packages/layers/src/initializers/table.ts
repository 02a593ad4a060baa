import { type Kind, readArgument } from '@manabi/errors';
import { NameTable } from '../registry/name-table.ts';
import { hasMethods, type Identifier, identified, type Maker, registerMaker } from '../registry/resolve.ts';
import { constant, identity, ones, zeros } from './constant.ts';
import type { Initializer } from './initializer.ts';
import { orthogonal } from './orthogonal.ts';
import { randomNormal, randomUniform, truncatedNormal } from './random.ts';
import { stft } from './stft.ts';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
} from './variance-scaling.ts';

/** How users say which initializer they want: `'heNormal'`, `heNormal({ seed: 1 })`. */
export type InitializerIdentifier = Identifier<Initializer>;

const initializers = new NameTable<Maker<Initializer>>('initializer', {
  zeros: { make: zeros },
  ones: { make: ones },
  constant: { make: constant },
  identity: { make: identity },
  randomUniform: { make: randomUniform },
  randomNormal: { make: randomNormal },
  truncatedNormal: { make: truncatedNormal },
  varianceScaling: { make: varianceScaling },
  glorotUniform: { make: glorotUniform },
  glorotNormal: { make: glorotNormal },
  heUniform: { make: heUniform },
  heNormal: { make: heNormal },
  lecunUniform: { make: lecunUniform },
  lecunNormal: { make: lecunNormal },
  orthogonal: { make: orthogonal },
  stft: { make: stft },
  // Keras's further names of the same.
  zero: { make: zeros },
  one: { make: ones },
  uniform: { make: randomUniform },
  normal: { make: randomNormal },
  identityInitializer: { make: identity },
  orthogonalInitializer: { make: orthogonal },
  stftInitializer: { make: stft },
});

/** Makes an initializer of your own known by name. */
export function registerInitializer(className: string, make: (config?: object) => Initializer): void {
  registerMaker('registerInitializer', initializers, className, make);
}

/** The kind of initializers: one, its name or its description. */
export const initializerKind: Kind<Initializer> = identified(
  'an initializer',
  initializers,
  (thing): thing is Initializer => hasMethods(thing, 'draw'),
  'draw: (key, shape, dtype) => tensor',
);

/**
 * Returns the initializer that a user means.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getInitializer(identifier: InitializerIdentifier): Initializer {
  return readArgument('getInitializer', 'identifier', identifier, initializerKind);
}
