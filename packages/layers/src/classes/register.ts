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

/**
 * Type of the values that `register` accepts for each kind: a class, a function that creates an instance from a config,
 * or an activation function.
 */
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

const maker: Kind<Make<never>> = functionOf('a function (config) => instance');

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
 * Registers a custom class under a name, which allows models that contain it to be saved and loaded, and the name to be
 * used in options. Registering again under the same name replaces the previous class.
 *
 * @param kind kind of the class: `layer` (including models), `loss`, `metric`, `optimizer`, `schedule`, `initializer`,
 * `regularizer`, `constraint` or `activation`
 * @param className name in files: a layer's `static className` or the name of its class, the `className` of other
 * kinds. To exchange files with Keras, include the package of the Python registration: `Custom>Scale`.
 * @param given a layer class, an activation function, or for other kinds a function that creates an instance from a
 * config
 * @throws ManabiError `argument` for an unknown kind, with the nearest one, an empty name, and values that do not fit
 * the kind
 * @example
 * ```ts
 * import { initializers, layers, mul, register, tensor } from 'manabi';
 *
 * register('activation', 'tripled', (x) => mul(x, 3));
 * console.log(await layers.activation({ activation: 'tripled' }).apply(tensor([1, 2])).array()); // [3, 6]
 * register('initializer', 'Sevenths', () => initializers.constant({ value: 1 / 7 }));
 * ```
 */
export function register<K extends ClassKind>(kind: K, className: string, given: Registrable[K]): void {
  const known = readArgument('register', 'kind', kind, kindKind);
  const nameRead = readArgument('register', 'className', className, name);
  registered(known).set(nameRead, readArgument('register', 'given', given, kinds[known]));
}
