import type { RecurrentOptions } from '@manabi/core';
import type { Activation } from '../../activations/activation.ts';
import { nameOfActivation } from '../../activations/table.ts';

/** An activation that core's recurrent networks know by name. */
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

/** The name by which core's recurrent networks know an activation; null if they do not. */
export function recurrentName(activation: Activation): RecurrentName | null {
  const name = nameOfActivation(activation);
  return isRecurrentName(name) ? name : null;
}

/** The names of a cell's activations; null if one has none. */
export function bothNames(
  ofCandidate: Activation,
  ofGates: Activation,
): { readonly activation: RecurrentName; readonly recurrentActivation: RecurrentName } | null {
  const [activation, recurrentActivation] = [recurrentName(ofCandidate), recurrentName(ofGates)];
  return activation === null || recurrentActivation === null ? null : { activation, recurrentActivation };
}
