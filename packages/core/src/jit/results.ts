import type { TensorType } from '@manabi/ir';
import { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { Tensor } from '../tensor.ts';
import type { Specialization } from './specialize.ts';

/** What a call is going to compute, in the order of its `sources`: `call` gives them their elements. */
export function resultsOf(types: readonly TensorType[]): LazyValue[] {
  return types.map((type) => new LazyValue(type, { kind: 'coming' }));
}

/** The function's result, made of what a call computes. */
export function treeOf({ structure }: Specialization, results: readonly LazyValue[]): unknown {
  return assemble(
    structure,
    results.map((value) => new Tensor(value)),
  );
}
