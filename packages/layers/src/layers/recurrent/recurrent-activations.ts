import type { RecurrentOptions } from '@manabi/core';
import type { Activation } from '../../activations/activation.ts';
import { nameOfActivation } from '../../activations/table.ts';

/** Name of an activation that the recurrent functions of `@manabi/core` support. */
type RecurrentName = NonNullable<RecurrentOptions['activation']>;

const names: { readonly [K in RecurrentName]: true } = {
  tanh: true,
  sigmoid: true,
  relu: true,
  linear: true,
  hardSigmoid: true,
  leakyRelu: true,
  elu: true,
  softsign: true,
  softplus: true,
};

function isRecurrentName(name: string | undefined): name is RecurrentName {
  return name !== undefined && Object.hasOwn(names, name);
}

/**
 * Returns the name of an activation that the recurrent functions of `@manabi/core` support; null for another
 * activation.
 */
export function recurrentName(activation: Activation): RecurrentName | null {
  const name = nameOfActivation(activation);
  return isRecurrentName(name) ? name : null;
}

/**
 * Returns the names of both activations of a cell; null unless the recurrent functions of `@manabi/core` support both.
 */
export function activationNames(
  ofCandidate: Activation,
  ofGates: Activation,
): { readonly activation: RecurrentName; readonly recurrentActivation: RecurrentName } | null {
  const [activation, recurrentActivation] = [recurrentName(ofCandidate), recurrentName(ofGates)];
  return activation === null || recurrentActivation === null ? null : { activation, recurrentActivation };
}
