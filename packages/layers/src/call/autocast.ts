import type { DType } from '@manabi/core';
import { mapEach, type Tensors } from '../structure/nested.ts';
import { callOutputs } from './call-outputs.ts';
import { castHalf } from './cast-half.ts';
import { type CallContext, computingIn } from './context.ts';

/** Members of a layer that decide in which dtype it computes. */
export interface Computing {
  readonly name: string;
  readonly className: string;
  readonly computeDtype: DType;
  readonly autocast: boolean;
  readonly computesInFloat32: boolean;
  call(inputs: Tensors, context: CallContext): Tensors;
}

/** Casts the inputs of a layer to the dtype in which it computes, as Keras's autocast does. */
export function castInputs(layer: Computing, inputs: Tensors): Tensors {
  return layer.autocast ? mapEach(inputs, (x) => castHalf(x, innerDtype(layer))) : inputs;
}

/** Runs a layer's `call` on inputs in its dtype, with weights that are read in that dtype. */
export function callInDtype(layer: Computing, inputs: Tensors, context: CallContext): Tensors {
  const outputs = callOutputs(layer, castInputs(layer, inputs), computingIn(context, innerDtype(layer)));
  return layer.computesInFloat32 ? mapEach(outputs, (y) => castHalf(y, layer.computeDtype)) : outputs;
}

function innerDtype({ computeDtype, computesInFloat32 }: Computing): DType {
  return computesInFloat32 && computeDtype === 'float16' ? 'float32' : computeDtype;
}
