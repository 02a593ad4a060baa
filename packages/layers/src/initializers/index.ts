import type { Described } from '../describe-config.ts';
import { NameTable } from '../name-table.ts';
import { type Identifier, type Maker, resolve } from '../resolve.ts';
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

export { type ConstantOptions, constant, type IdentityOptions, identity, ones, zeros } from './constant.ts';
export type { Fans, Initializer, SeedOptions } from './initializer.ts';
export { type OrthogonalOptions, orthogonal } from './orthogonal.ts';
export {
  type RandomNormalOptions,
  type RandomUniformOptions,
  randomNormal,
  randomUniform,
  truncatedNormal,
} from './random.ts';
export { type StftOptions, stft } from './stft.ts';
export {
  type Distribution,
  type FanMode,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  type VarianceScalingOptions,
  varianceScaling,
} from './variance-scaling.ts';
export type { WindowName } from './windows.ts';

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
  initializers.register(className, { make });
}

/**
 * The initializer that a user means.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones
 */
export function getInitializer(identifier: InitializerIdentifier): Initializer {
  const isInitializer = (thing: Described): thing is Initializer => 'draw' in thing;
  return resolve('initializer', initializers, isInitializer, identifier);
}
