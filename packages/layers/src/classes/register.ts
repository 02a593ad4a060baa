import { functionOf, type Kind, name, oneOf, readArgument } from '@manabi/errors';
import type { Optimizer, Schedule } from '@manabi/optimizers';
import type { Activation } from '../activations/activation.ts';
import type { Constraint } from '../constraints/constraint.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { type LayerClass, layerClassKind } from '../layer/layer-class.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import { type ClassKind, classKinds, registered } from '../registry/registered.ts';
import type { Make } from '../registry/resolve.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';

/** What is registered of each kind: a class, a function of a config that makes one, or for activations the function itself. */
export interface Registrable {
  readonly layer: LayerClass;
  readonly loss: Make<Loss>;
  readonly metric: Make<Metric>;
  readonly optimizer: Make<Optimizer>;
  readonly schedule: Make<Schedule>;
  readonly initializer: Make<Initializer>;
  readonly regularizer: Make<Regularizer>;
  readonly constraint: Make<Constraint>;
  readonly activation: Activation;
}

const maker: Kind<Make<never>> = functionOf('a function (config) that makes it');

const kinds: { readonly [K in ClassKind]: Kind<unknown> } = {
  layer: layerClassKind,
  loss: maker,
  metric: maker,
  optimizer: maker,
  schedule: maker,
  initializer: maker,
  regularizer: maker,
  constraint: maker,
  activation: functionOf('a function of a tensor'),
};

const kindKind = oneOf(...classKinds);

/**
 * Makes a class of your own known by name, so that models that hold it save and load, and so that it can be given by name.
 * One that is registered again under the same name replaces the one before.
 *
 * @param kind what it is: `layer` (models included), `loss`, `metric`, `optimizer`, `schedule`, `initializer`,
 * `regularizer`, `constraint` or `activation`
 * @param className the name in files: a layer's `static className`, or the name of its class; the `className` of anything
 * else. With the package in which Python registers it, if files are exchanged with Keras: `Custom>Scale`.
 * @param given a layer's class; for an activation the function; for anything else a function that makes it of its config
 * @throws ManabiError `argument` for an unknown kind, with the nearest, an empty name, and what is not of the kind
 * @example
 * ```ts
 * register('layer', 'Scale', Scale);
 * register('loss', 'Largest', (config) => losses.lossFunctionWrapper({ fn: largest, ...config }));
 * register('activation', 'tripled', (x) => mul(x, 3));
 * ```
 */
export function register<K extends ClassKind>(kind: K, className: string, given: Registrable[K]): void {
  const known = readArgument('register', 'kind', kind, kindKind);
  const nameRead = readArgument('register', 'className', className, name);
  registered(known).set(nameRead, readArgument('register', 'given', given, kinds[known]));
}
