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

/** An initializer as layers accept it: a name (`'heNormal'`), an initializer, or `{ className, config }`. */
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

/**
 * Table of initializers by name. They are loaded together with the layers (2 kB) rather than on first use, since
 * constructors of layers look up names.
 */
export const initializerTable = /* @__PURE__ */ new ClassTable<Make<Initializer>>('initializer', rows);

/** Validator for an initializer, a name, or `{ className, config }`. */
export const initializerKind: Kind<Initializer> = identified({
  table: initializerTable,
  noun: 'an initializer',
  isInstance: (instance): instance is Initializer => hasMethods(instance, 'draw'),
  method: 'draw: (key, shape, dtype) => tensor',
});

/**
 * Returns the initializer for a name, an initializer or `{ className, config }`.
 *
 * @throws ManabiError `argument` for an unknown name (with the nearest names) or any other value
 * @example
 * ```ts
 * import { getInitializer } from 'manabi';
 *
 * console.log(getInitializer('glorot_uniform').className); // GlorotUniform
 * getInitializer('glorotUnifrom'); // throws 'argument'
 * ```
 */
export function getInitializer(identifier: InitializerIdentifier): Initializer {
  return readArgument('getInitializer', 'identifier', identifier, initializerKind);
}
