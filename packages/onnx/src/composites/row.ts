import type { CompositeConfigs, CompositeName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/**
 * How a call of a composite is written as an operator of ONNX: nodes, and what stands for each result. Null where ONNX's
 * operator does not do the same for these operands: then the body is written.
 */
export type CompositeRow<Config> = (scope: Scope, node: OpenNode<'call'>, config: Config) => readonly Bound[] | null;

/** A composite that is always written as its body, and why. */
export interface BodyOnly {
  readonly reason: string;
}

/** The rows of a family of composites. */
export type CompositeRows<K extends CompositeName> = {
  readonly [Name in K]: CompositeRow<CompositeConfigs[Name]> | BodyOnly;
};

/** No operator of ONNX does the same, or none up to opset 23 does it for fewer nodes than the body. */
export function bodyOnly(reason: string): BodyOnly {
  return { reason };
}
