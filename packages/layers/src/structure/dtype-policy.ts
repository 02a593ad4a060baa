import { type DType, dtypeNames } from '@manabi/core';
import { oneOf, readArgument } from '@manabi/errors';

/**
 * Name of a dtype policy: a dtype, in which a layer stores its weights and computes, or `mixedFloat16` (Keras's
 * `mixed_float16`), with weights of float32 and computations in float16.
 */
export type DTypePolicy = DType | 'mixedFloat16';

/** Accepts dtype policies. */
export const policyKind = /* @__PURE__ */ oneOf(...dtypeNames, 'mixedFloat16');

/** Returns the dtype of a policy's weights. */
export function variableDtypeOf(policy: DTypePolicy): DType {
  return policy === 'mixedFloat16' ? 'float32' : policy;
}

/** Returns the dtype in which a policy computes. */
export function computeDtypeOf(policy: DTypePolicy): DType {
  return policy === 'mixedFloat16' ? 'float16' : policy;
}

let current: DTypePolicy = 'float32';

/**
 * Sets the dtype policy of all layers created from now on, unless they have an option `dtype`.
 *
 * With `mixedFloat16`, layers keep their weights in float32 and cast inputs and weights to float16 to compute. Models
 * compiled afterwards scale their loss (see `autoScaleLoss` of `compile`). Give the last layer `dtype: 'float32'` for
 * outputs of float32, as in Keras.
 *
 * @throws ManabiError `argument` for unknown policies, including those of bfloat16
 * @example
 * ```ts
 * import { layers, setDtypePolicy } from 'manabi';
 *
 * setDtypePolicy('mixedFloat16');
 * const dense = layers.dense({ units: 2 });
 * console.log([dense.dtype, dense.computeDtype]); // ['float32', 'float16']
 * setDtypePolicy('float32');
 * ```
 */
export function setDtypePolicy(policy: DTypePolicy): void {
  current = readArgument('setDtypePolicy', 'policy', policy, policyKind);
}

/**
 * Returns the dtype policy of layers without an option `dtype`; `float32` until `setDtypePolicy` changes it.
 *
 * @example
 * ```ts
 * import { dtypePolicy } from 'manabi';
 *
 * console.log(dtypePolicy()); // float32
 * ```
 */
export function dtypePolicy(): DTypePolicy {
  return current;
}
