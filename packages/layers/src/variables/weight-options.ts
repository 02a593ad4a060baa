import type { DType, Shape } from '@manabi/core';
import type { ConstraintIdentifier } from '../constraints/table.ts';
import type { Fans } from '../initializers/initializer.ts';
import type { InitializerIdentifier } from '../initializers/table.ts';
import type { RegularizerIdentifier } from '../regularizers/table.ts';

/** Options of `addWeight`. */
export interface WeightOptions {
  /** Name within the layer: `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  /** dtype (default: that of the layer). */
  readonly dtype?: DType;
  /** Initializer (default: `glorotUniform`). */
  readonly initializer?: InitializerIdentifier;
  readonly regularizer?: RegularizerIdentifier | null;
  readonly constraint?: ConstraintIdentifier | null;
  /**
   * Numbers of inputs and outputs of a unit, from which the initializer computes its scale; needed if the shape does
   * not determine them, as for attention heads.
   */
  readonly fans?: Fans;
  /** Whether an optimizer may change the weight; false for moving statistics and counters (default: true). */
  readonly trainable?: boolean;
  /** Whether files and `getWeights` contain the weight; false for states of stateful layers (default: true). */
  readonly persistent?: boolean;
}
