/**
 * Operators of `keras.ops` as layers of functional models.
 *
 * @packageDocumentation
 */
export type { CallOperands, ConstantArray, Operand } from './operand.ts';
export type { Operator } from './operator.ts';
export { operatorNames, operatorOf } from './operators.ts';
export { type OfEither, ops } from './ops.ts';
export { type SymbolicArguments, type SymbolicOperand, symbolic } from './symbolic.ts';
