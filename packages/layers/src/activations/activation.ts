import type { Tensor } from '@manabi/core';

/** What stands behind a layer: a function of its sums, of the same shape. */
export type Activation = (x: Tensor) => Tensor;

/** How users say which activation they want: `'relu'`, or any function of a tensor. */
export type ActivationIdentifier = string | Activation;
