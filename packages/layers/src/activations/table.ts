import {
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  logSigmoid,
  mish,
  relu6,
  selu,
  silu,
  softplus,
  type Tensor,
  tanh,
} from '@manabi/core';
import {
  functionOf,
  isCallable,
  type Kind,
  name as nonEmpty,
  type Place,
  readArgument,
  wrongArgument,
} from '@manabi/errors';
import { hasPackage, NameTable } from '../registry/name-table.ts';
import {
  exponential,
  glu,
  hardShrink,
  hardTanh,
  leakyRelu,
  linear,
  logSoftmax,
  relu,
  sigmoid,
  softmax,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanhShrink,
  threshold,
} from './functions.ts';

/** What stands behind a layer: a function of its sums, of the same shape. */
export type Activation = (x: Tensor) => Tensor;

/** How users say which activation they want: `'relu'`, or any function of a tensor. */
export type ActivationIdentifier = string | Activation;

const activations = new NameTable<Activation>('activation', {
  celu,
  elu,
  exponential,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu: hardSwish,
  hardTanh,
  leakyRelu,
  linear,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softShrink,
  softmax,
  softplus,
  softsign,
  sparsePlus,
  sparseSigmoid,
  sparsemax,
  squareplus,
  tanh,
  tanhShrink,
  threshold,
  // Keras's further names of the same.
  hardSwish,
  swish: silu,
});

/** Makes an activation of your own known by name, so that models that hold it save and load. */
export function registerActivation(name: string, activation: Activation): void {
  activations.register(
    readArgument('registerActivation', 'name', name, nonEmpty),
    readArgument('registerActivation', 'activation', activation, functionOf<Activation>('a function of a tensor')),
  );
}

/** The kind of activations: a function of a tensor, or the name of one; linear for null. */
export const activationKind: Kind<Activation> = {
  expected: 'an activation or its name',
  accepts: (given) => given === null || typeof given === 'string' || isActivation(given),
  read: (given, place) => {
    if (given === null) return linear;
    if (typeof given === 'string') return named(given, place);
    if (isActivation(given)) return given;
    throw wrongArgument(place, activationKind.expected, given);
  },
};

/** The activation of a name. A name with a package that is registered without it becomes a name of its own, to be saved. */
function named(name: string, place: Place): Activation {
  const activation = activations.get(name, place);
  if (!hasPackage(name) || activations.nameOf(activation) === name) return activation;
  const sameUnderName: Activation = (x) => activation(x);
  activations.register(name, sameUnderName);
  return sameUnderName;
}

function isActivation(given: unknown): given is Activation {
  return isCallable(given);
}

/**
 * Returns the activation that a user means; linear for none.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for anything else
 */
export function getActivation(identifier: ActivationIdentifier | null | undefined): Activation {
  return readArgument('getActivation', 'identifier', identifier ?? null, activationKind);
}

/** The name of an activation; undefined for functions that are not registered. */
export function nameOfActivation(activation: unknown): string | undefined {
  return activations.nameOf(activation);
}
