import type { DType, Shape } from '@manabi/core';
import type { ConstraintIdentifier } from '../constraints/table.ts';
import type { Fans } from '../initializers/initializer.ts';
import type { InitializerIdentifier } from '../initializers/table.ts';
import type { RegularizerIdentifier } from '../regularizers/table.ts';

/** What a weight is to be. */
export interface WeightOptions {
  /** Within the layer: `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  /** By default the layer's. */
  readonly dtype?: DType;
  /** By default `glorotUniform`. */
  readonly initializer?: InitializerIdentifier;
  readonly regularizer?: RegularizerIdentifier | null;
  readonly constraint?: ConstraintIdentifier | null;
  /** Inputs and outputs of a unit, where the shape does not tell them (heads of attention). */
  readonly fans?: Fans;
  /** Whether an optimizer may change it; by default yes. Moving statistics and counters are not trained. */
  readonly trainable?: boolean;
  /** Whether it is a weight, which files and `getWeights` hold; by default yes. The states of stateful layers are not. */
  readonly persistent?: boolean;
}
