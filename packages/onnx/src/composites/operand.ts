import { hostArray, sizeOf, type Value } from '@manabi/ir';
import { fixedShape } from '../symbolic/length.ts';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';

/**
 * Returns whether all operands of a call are float32: for most operators that correspond to composites, ONNX Runtime
 * has only float32 kernels.
 */
export function isFloat32(scope: Scope, { operands }: OpenNode<'call'>): boolean {
  return operands.every((operand) => scope.type(operand).dtype === 'float32');
}

/** Returns whether a value has an axis of length 0. */
export function isEmpty(scope: Scope, value: Value): boolean {
  return scope.shape(value).includes(0);
}

/**
 * Returns the length of an axis of a value; null if the length depends on the batch size or another variable length.
 */
export function fixedLength(scope: Scope, value: Value, axis: number): number | null {
  return fixedShape([scope.shape(value)[axis]])?.[0] ?? null;
}

/** Returns a float32 constant of the given shape whose elements are all 1. */
export function ones(scope: Scope, shape: readonly number[]): Term {
  return filled(scope, shape, 1);
}

/** Returns a float32 constant of the given shape whose elements are all 0. */
export function zeros(scope: Scope, shape: readonly number[]): Term {
  return filled(scope, shape, 0);
}

function filled({ writer }: Scope, shape: readonly number[], value: number): Term {
  return writer.constant(hostArray('float32', shape, new Float32Array(sizeOf(shape)).fill(value)));
}
