import { hostArray, sizeOf, type Value } from '@manabi/ir';
import { fixedShape } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';

/** Whether all operands of a call are float32: the only type that most kernels of composites take. */
export function isFloat32(scope: Scope, { operands }: OpenNode<'call'>): boolean {
  return operands.every((operand) => scope.type(operand).dtype === 'float32');
}

/** Whether a value may hold no elements: an axis is known to have none. */
export function isEmpty(scope: Scope, value: Value): boolean {
  return scope.shape(value).includes(0);
}

/** The length of an axis where it does not depend on the batch size; else null. */
export function fixedLength(scope: Scope, value: Value, axis: number): number | null {
  return fixedShape([scope.shape(value)[axis]])?.[0] ?? null;
}

/** A constant of ones. */
export function ones(scope: Scope, shape: readonly number[]): Term {
  return filled(scope, shape, 1);
}

/** A constant of zeros. */
export function zeros(scope: Scope, shape: readonly number[]): Term {
  return filled(scope, shape, 0);
}

function filled({ writer }: Scope, shape: readonly number[], value: number): Term {
  return writer.constant(hostArray('float32', shape, new Float32Array(sizeOf(shape)).fill(value)));
}
