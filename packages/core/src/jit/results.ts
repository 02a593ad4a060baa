import type { TensorType } from '@manabi/ir';
import { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { Tensor } from '../tensor.ts';
import type { Specialization } from './specialize.ts';

/**
 * Creates one value for each result of a call, given their types. The values have no elements until `call` assigns
 * them.
 */
export function resultsOf(types: readonly TensorType[]): LazyValue[] {
  return types.map((type) => new LazyValue(type, { kind: 'coming' }));
}

/** Builds the tree that a jitted function returns from the values of the results of a call. */
export function treeOf({ structure }: Specialization, results: readonly LazyValue[]): unknown {
  return assemble(
    structure,
    results.map((value) => new Tensor(value)),
  );
}
