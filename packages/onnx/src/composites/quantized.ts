import type { CompositeConfigs } from '@manabi/ir';
import { ZERO_POINT } from '@manabi/ir/quantized';
import { fixedShape } from '../symbolic/length.ts';
import { ints } from '../write/attribute.ts';
import { padsOf } from '../write/pad-attributes.ts';
import { isEmpty } from './operand.ts';
import type { CompositeRow, CompositeRows } from './row.ts';

const matMulInteger: CompositeRow<CompositeConfigs['matMulInteger']> = (scope, node) => {
  if (node.operands.some((operand) => isEmpty(scope, operand))) return null;
  const { writer: w } = scope;
  const terms = node.operands.map((operand) => scope.term(operand));
  const zero = w.scalar(ZERO_POINT, 'uint8');
  return [w.emitOne('MatMulInteger', [...terms, zero, zero], 'int32')];
};

/** Largest number of spatial axes for which ONNX Runtime has the operator. */
const MOST_AXES = 3;

const convInteger: CompositeRow<CompositeConfigs['convInteger']> = (scope, node, config) => {
  const kernel = fixedShape(scope.shape(node.operands[1]).slice(2));
  const isPossible = kernel !== null && kernel.length <= MOST_AXES && config.padding.flat().every((n) => n >= 0);
  if (!isPossible || node.operands.some((operand) => isEmpty(scope, operand))) return null;
  const { writer: w } = scope;
  const terms = node.operands.map((operand) => scope.term(operand));
  const zero = w.scalar(ZERO_POINT, 'uint8');
  const attributes = {
    kernel_shape: ints(kernel),
    strides: ints(config.strides),
    dilations: ints(config.dilation),
    pads: ints(padsOf(config.padding)),
  };
  return [w.emitOne('ConvInteger', [...terms, zero, zero], 'int32', attributes)];
};

export const quantizedRows: CompositeRows<'matMulInteger' | 'convInteger'> = { matMulInteger, convInteger };
