import type { CompositeConfigs, CompositeName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/**
 * Writes a call of a composite as an ONNX operator, and returns its results. Returns null if the operator would compute
 * something else for these operands; the body is written instead.
 */
export type CompositeRow<Config> = (scope: Scope, node: OpenNode<'call'>, config: Config) => readonly Bound[] | null;

/** A composite that is always written as its body, with the reason. */
export interface BodyOnly {
  readonly reason: string;
}

/** Rows of a family of composites. */
export type CompositeRows<K extends CompositeName> = {
  readonly [Name in K]: CompositeRow<CompositeConfigs[Name]> | BodyOnly;
};

/** Declares that no operator up to opset 23 computes the same with fewer nodes than the body. */
export function bodyOnly(reason: string): BodyOnly {
  return { reason };
}
