import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

/**
 * A named call, defined by its body. A backend or exporter may replace it by a faster implementation; all others inline
 * the body.
 */
export interface Composite<Config> {
  /** Emits the body and returns its results. */
  readonly body: (builder: GraphBuilder, operands: readonly Value[], config: Config) => readonly Value[];
  /**
   * Emits a faster or more accurate gradient than that of the body: maps operands, results and a cotangent per float
   * result to a cotangent per float operand. Missing if the body's own gradient is as good.
   */
  readonly vjp?: (
    builder: GraphBuilder,
    node: { readonly operands: readonly Value[]; readonly results: readonly Value[]; readonly config: Config },
    cotangents: readonly Value[],
  ) => readonly Value[];
}
