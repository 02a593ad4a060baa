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
  tanh,
} from '@manabi/core';
import { type ArgumentLocation, type Kind, readArgument, wrongArgument } from '@manabi/errors';
import { isCallable } from '@manabi/errors/internal';
import type { RowsInPlace } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import { hasPackage } from '../registry/names.ts';
import { registered } from '../registry/registered.ts';
import type { Activation, ActivationIdentifier } from './activation.ts';
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

const rows = {
  celu: { className: 'celu', make: celu },
  elu: { className: 'elu', make: elu },
  exponential: { className: 'exponential', make: exponential },
  gelu: { className: 'gelu', make: gelu },
  glu: { className: 'glu', make: glu },
  hardShrink: { className: 'hard_shrink', make: hardShrink },
  hardSigmoid: { className: 'hard_sigmoid', make: hardSigmoid },
  hardSilu: { className: 'hard_silu', make: hardSwish },
  hardSwish: { className: 'hard_swish', make: hardSwish },
  hardTanh: { className: 'hard_tanh', make: hardTanh },
  leakyRelu: { className: 'leaky_relu', make: leakyRelu },
  linear: { className: 'linear', make: linear },
  logSigmoid: { className: 'log_sigmoid', make: logSigmoid },
  logSoftmax: { className: 'log_softmax', make: logSoftmax },
  mish: { className: 'mish', make: mish },
  relu: { className: 'relu', make: relu },
  relu6: { className: 'relu6', make: relu6 },
  selu: { className: 'selu', make: selu },
  sigmoid: { className: 'sigmoid', make: sigmoid },
  silu: { className: 'silu', aliases: ['swish'], make: silu },
  softShrink: { className: 'soft_shrink', make: softShrink },
  softmax: { className: 'softmax', make: softmax },
  softplus: { className: 'softplus', make: softplus },
  softsign: { className: 'softsign', make: softsign },
  sparsePlus: { className: 'sparse_plus', make: sparsePlus },
  sparseSigmoid: { className: 'sparse_sigmoid', make: sparseSigmoid },
  sparsemax: { className: 'sparsemax', make: sparsemax },
  squareplus: { className: 'squareplus', make: squareplus },
  tanh: { className: 'tanh', make: tanh },
  tanhShrink: { className: 'tanh_shrink', make: tanhShrink },
  threshold: { className: 'threshold', make: threshold },
} satisfies RowsInPlace<typeof import('./index.ts')>;

/**
 * Table of activations by name. They are loaded together with the layers, since constructors of layers look up names.
 * `className` is the name of the Keras function.
 */
export const activationTable = /* @__PURE__ */ new ClassTable<Activation>('activation', rows);

/** Validator for activations: a function from tensor to tensor, or a name; null means `linear`. */
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

/**
 * Returns the activation with a given name. If a name with a package prefix (`Custom>scale`) resolves to an activation
 * registered without the prefix, a copy is registered under the full name, and the model is saved with that name.
 */
function named(name: string, place: ArgumentLocation): Activation {
  const activation = activationTable.get(name, place);
  if (!hasPackage(name) || activationTable.nameOf(activation) === name) return activation;
  const sameUnderName: Activation = (x) => activation(x);
  registered<Activation>('activation').set(name, sameUnderName);
  return sameUnderName;
}

function isActivation(given: unknown): given is Activation {
  return isCallable(given);
}

/**
 * Returns the activation function for a name or function; `linear` for null and undefined.
 *
 * @throws ManabiError `argument` for an unknown name (with the nearest names), or if `identifier` is neither string nor
 * function
 * @example
 * ```ts
 * import { getActivation, tensor } from 'manabi';
 *
 * console.log(await getActivation('relu')(tensor([-1, 2])).array()); // [0, 2]
 * getActivation('relv'); // throws 'argument'
 * ```
 */
export function getActivation(identifier: ActivationIdentifier | null | undefined): Activation {
  return readArgument('getActivation', 'identifier', identifier ?? null, activationKind);
}

/** Returns the name of a built-in or registered activation function; undefined for other functions. */
export function nameOfActivation(activation: unknown): string | undefined {
  return activationTable.nameOf(activation);
}
