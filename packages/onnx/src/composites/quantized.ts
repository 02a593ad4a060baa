import type { CompositeConfigs } from '@manabi/ir';
import { ZERO_POINT } from '@manabi/ir/quantized';
import { isEmpty } from './operand.ts';
import type { CompositeRow, CompositeRows } from './row.ts';

const matMulInteger: CompositeRow<CompositeConfigs['matMulInteger']> = (scope, node) => {
  if (node.operands.some((operand) => isEmpty(scope, operand))) return null;
  const { writer: w } = scope;
  const terms = node.operands.map((operand) => scope.term(operand));
  const zero = w.scalar(ZERO_POINT, 'uint8');
  return [w.emitOne('MatMulInteger', [...terms, zero, zero], 'int32')];
};

export const quantizedRows: CompositeRows<'matMulInteger'> = { matMulInteger };
