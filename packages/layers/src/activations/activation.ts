import type { Tensor } from '@manabi/core';

/** An activation function: maps the output of a layer to a tensor of the same shape. */
export type Activation = (x: Tensor) => Tensor;

/** An activation as layers accept it: a name such as `'relu'`, or any function from tensor to tensor. */
export type ActivationIdentifier = string | Activation;
