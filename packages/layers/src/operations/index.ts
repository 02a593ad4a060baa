/**
 * Operators of `keras.ops` as layers of functional models.
 *
 * @packageDocumentation
 */
export { type CallOperands, type ConstantArray, dtypeInManabi, type Operand } from './operand.ts';
export { Operation, type OperationOptions } from './operation.ts';
export type { Operator } from './operator.ts';
export { operatorNames, operatorOf } from './operators.ts';
export { type SymbolicArguments, type SymbolicOperand, symbolic } from './symbolic.ts';
