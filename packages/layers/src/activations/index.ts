export {
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
export * from './functions.ts';
export {
  type Activation,
  type ActivationIdentifier,
  getActivation,
  nameOfActivation,
  registerActivation,
} from './table.ts';
