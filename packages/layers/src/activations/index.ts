export {
  celu,
  elu,
  gelu,
  hardSigmoid,
  hardSwish as hardSilu,
  hardSwish,
  logSigmoid,
  mish,
  relu6,
  selu,
  silu,
  softplus,
  tanh,
} from '@manabi/core';
export type { Activation, ActivationIdentifier } from './activation.ts';
export * from './functions.ts';
