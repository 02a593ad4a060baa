import type { CompositeConfigs, CompositeName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/**
 * Writes a call of a composite as an ONNX operator, and returns its results. Returns null if the operator would compute
 * a different result for these operands; the composite is then inlined: written as the elementary operators of its
 * body.
 */
export type CompositeRow<Config> = (scope: Scope, node: OpenNode<'call'>, config: Config) => readonly Bound[] | null;

/** A composite that is always inlined as the operators of its body, with the reason. */
export interface BodyOnly {
  readonly reason: string;
}

/** How the composites of a family are written, by name. */
export type CompositeRows<K extends CompositeName> = {
  readonly [Name in K]: CompositeRow<CompositeConfigs[Name]> | BodyOnly;
};

/**
 * Declares that a composite is always inlined, because no ONNX operator up to opset 23 computes it with fewer nodes.
 */
export function bodyOnly(reason: string): BodyOnly {
  return { reason };
}
