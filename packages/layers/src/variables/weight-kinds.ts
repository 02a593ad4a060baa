import { dtypeNames } from '@manabi/core';
import { boolean, count, type KindsOf, listOf, name, notNegative, objectOf, oneOf, optional } from '@manabi/errors';
import { constraintKind } from '../constraints/table.ts';
import { initializerKind } from '../initializers/table.ts';
import { regularizerKind } from '../regularizers/table.ts';
import type { WeightOptions } from './weight-options.ts';

/** Validators of the options of `addWeight`. */
export const weightKinds = {
  name,
  shape: listOf(count),
  dtype: optional(oneOf(...dtypeNames)),
  initializer: optional(initializerKind, 'glorotUniform'),
  regularizer: optional(regularizerKind, null),
  constraint: optional(constraintKind, null),
  fans: optional(objectOf({ in: notNegative, out: notNegative })),
  trainable: optional(boolean, true),
  persistent: optional(boolean, true),
} satisfies KindsOf<WeightOptions>;
