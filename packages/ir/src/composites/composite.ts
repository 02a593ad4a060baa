import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

/**
 * A named call: its meaning is its body. Whoever knows the name may use something better; whoever does not, inlines.
 */
export interface Composite<Config> {
  readonly body: (builder: GraphBuilder, operands: readonly Value[], config: Config) => readonly Value[];
  /**
   * A better gradient than that of the body: from operands, results and a cotangent for each float result to a
   * cotangent for each float operand. Left out where the body's own gradient is as good.
   */
  readonly vjp?: (
    builder: GraphBuilder,
    node: { readonly operands: readonly Value[]; readonly results: readonly Value[]; readonly config: Config },
    cotangents: readonly Value[],
  ) => readonly Value[];
}
