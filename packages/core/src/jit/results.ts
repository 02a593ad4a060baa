import type { TensorType } from '@manabi/ir';
import { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { Tensor } from '../tensor.ts';
import type { Specialization } from './specialize.ts';

/** Creates the values of a call's results, in the order of `sources`. `call` fills them. */
export function resultsOf(types: readonly TensorType[]): LazyValue[] {
  return types.map((type) => new LazyValue(type, { kind: 'coming' }));
}

/** Builds the result of the function from the values of a call. */
export function treeOf({ structure }: Specialization, results: readonly LazyValue[]): unknown {
  return assemble(
    structure,
    results.map((value) => new Tensor(value)),
  );
}
