import { type Kind, readArgument } from '@manabi/errors';
import type { RowsInPlace } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import { hasMethods, type Identifier, identified, type Make } from '../registry/resolve.ts';
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

const rows = {
  zeros: { className: 'Zeros', aliases: ['zero'], make: zeros },
  ones: { className: 'Ones', aliases: ['one'], make: ones },
  constant: { className: 'Constant', make: constant },
  identity: { className: 'Identity', aliases: ['IdentityInitializer'], make: identity },
  randomUniform: { className: 'RandomUniform', aliases: ['uniform'], make: randomUniform },
  randomNormal: { className: 'RandomNormal', aliases: ['normal'], make: randomNormal },
  truncatedNormal: { className: 'TruncatedNormal', make: truncatedNormal },
  varianceScaling: { className: 'VarianceScaling', make: varianceScaling },
  glorotUniform: { className: 'GlorotUniform', make: glorotUniform },
  glorotNormal: { className: 'GlorotNormal', make: glorotNormal },
  heUniform: { className: 'HeUniform', make: heUniform },
  heNormal: { className: 'HeNormal', make: heNormal },
  lecunUniform: { className: 'LecunUniform', make: lecunUniform },
  lecunNormal: { className: 'LecunNormal', make: lecunNormal },
  orthogonal: { className: 'Orthogonal', aliases: ['OrthogonalInitializer'], make: orthogonal },
  stft: { className: 'STFT', aliases: ['STFTInitializer'], make: stft },
} satisfies RowsInPlace<typeof import('./index.ts')>;

/** The initializers. Layers take them by name when they are made, so that all are there from the beginning: 2 kB. */
export const initializerTable = /* @__PURE__ */ new ClassTable<Make<Initializer>>('initializer', rows);

/** The kind of initializers: one, its name or its description. */
export const initializerKind: Kind<Initializer> = identified({
  table: initializerTable,
  noun: 'an initializer',
  isThing: (thing): thing is Initializer => hasMethods(thing, 'draw'),
  method: 'draw: (key, shape, dtype) => tensor',
});

/**
 * Returns the initializer that a user means.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getInitializer(identifier: InitializerIdentifier): Initializer {
  return readArgument('getInitializer', 'identifier', identifier, initializerKind);
}
