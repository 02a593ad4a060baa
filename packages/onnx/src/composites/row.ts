import type { CompositeConfigs, CompositeName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/**
 * Function that writes a call of a composite as an ONNX operator, and returns the results. It returns null if the
 * operator would compute a different result for these operands; the call is then inlined, that is, written as the
 * elementary operators that define the composite.
 */
export type CompositeRow<Config> = (scope: Scope, node: OpenNode<'call'>, config: Config) => readonly Bound[] | null;

/** A function that writes calls of a composite, and accepts options that depend on variable lengths. */
export interface OpenCompositeRow<Config> {
  /** Name of the option that may depend on variable lengths. */
  readonly open: keyof Config & string;
  readonly write: CompositeRow<Config>;
}

/** Marks a composite that is always inlined (written as the elementary operators that define it), with the reason. */
export interface BodyOnly {
  readonly reason: string;
}

/** For each composite of a family, the function that writes it as an ONNX operator, or the reason why it is inlined. */
export type CompositeRows<K extends CompositeName> = {
  readonly [Name in K]: CompositeRow<CompositeConfigs[Name]> | OpenCompositeRow<CompositeConfigs[Name]> | BodyOnly;
};

/**
 * Returns the entry in `compositeRows` for a composite that is always inlined, because no ONNX operator up to opset 23
 * computes it with fewer nodes.
 */
export function bodyOnly(reason: string): BodyOnly {
  return { reason };
}
