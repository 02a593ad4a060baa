import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';

/**
 * A function that is built from operators and emitted as a named call. A backend or exporter may replace the call by a
 * faster implementation of the whole function; otherwise the operators of its body are used.
 */
export interface Composite<Config> {
  /** Emits the body and returns its results. */
  readonly body: (builder: GraphBuilder, operands: readonly Value[], config: Config) => readonly Value[];
  /**
   * Emits the gradient: takes the operands, the results and a cotangent per float result, and returns a cotangent per
   * float operand. Missing if differentiating the body is as fast and accurate.
   */
  readonly vjp?: (
    builder: GraphBuilder,
    node: { readonly operands: readonly Value[]; readonly results: readonly Value[]; readonly config: Config },
    cotangents: readonly Value[],
  ) => readonly Value[];
  /**
   * Whether `vjp` also computes the gradient of calls with float16 operands. Otherwise, the gradient of such a call is that of
   * the call on float32 in its body.
   */
  readonly halfVjp?: boolean;
}
