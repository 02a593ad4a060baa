import type { TensorType } from '@manabi/ir';
import { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { Tensor } from '../tensor.ts';
import type { Specialization } from './specialize.ts';

/** Creates values for the results of a call, in the order of `sources`. They are empty until `call` fills them. */
export function resultsOf(types: readonly TensorType[]): LazyValue[] {
  return types.map((type) => new LazyValue(type, { kind: 'coming' }));
}

/** Builds the result of a jitted function, a tree, from the values of a call. */
export function treeOf({ structure }: Specialization, results: readonly LazyValue[]): unknown {
  return assemble(
    structure,
    results.map((value) => new Tensor(value)),
  );
}
