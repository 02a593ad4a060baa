import type { CompositeConfigs } from '@manabi/ir';
import { MASKED_SCORE } from '@manabi/ir/attention';
import { float, int } from '../write/attribute.ts';
import { reshape } from '../write/layout.ts';
import { isEmpty, isFloat32 } from './operand.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

/** Names of composites that are attention, or compute its gradients. */
export type AttentionName = 'attention' | 'attentionQueryGradient' | 'attentionKeyGradient';

/**
 * Writes attention as the operator of this name, which opset 23 introduces. The operator takes [batch, heads, length, width], so
 * axes of length 1 are added. It excludes masked keys, and has no result for a query that attends to no key; a bool mask is
 * therefore written as numbers that are added to the scores, with which such a query gets the mean of all values.
 */
const attention: CompositeRow<CompositeConfigs['attention']> = (scope, node, { scale, causal }) => {
  const { writer: w } = scope;
  const [query, , value, mask] = node.operands;
  const shape = scope.shape(query);
  const isBool = mask !== undefined && scope.type(mask).dtype === 'bool';
  const operands = isBool ? node.operands.slice(0, 3) : node.operands;
  const hasKernel =
    isFloat32(scope, { ...node, operands }) && node.operands.every((operand) => !isEmpty(scope, operand));
  // The operator multiplies queries and keys by the square root of the scale.
  if (!hasKernel || shape.length > 4 || !(scale > 0)) return null;
  // If a mask hides all keys before a query, the causal mask would hide the others from it, which no sum of masks can express.
  if ((causal && mask !== undefined) || !w.file.uses(23)) return null;
  const added = Array.from({ length: 4 - shape.length }, () => 1);
  const inFour = (operand: number): readonly ReturnType<typeof scope.shape>[number][] => {
    const own = scope.shape(operand);
    return [...own.slice(0, -2), ...added, ...own.slice(-2)];
  };
  const terms = node.operands.map((operand) => reshape(w, scope.term(operand), scope.shape(operand), inFour(operand)));
  if (isBool) {
    const choices = [0, MASKED_SCORE].map((number) => w.scalar(number, 'float32'));
    terms[3] = w.emitOne('Where', [terms[3], ...choices], 'float32');
  }
  const attributes = { scale: float(scale), is_causal: causal ? int(1) : undefined };
  const result = w.emitOne('Attention', terms, 'float32', attributes);
  const own = [...shape.slice(0, -1), scope.shape(value)[shape.length - 1]];
  return [reshape(w, result, [...own.slice(0, -2), ...added, ...own.slice(-2)], own)];
};

export const attentionRows: CompositeRows<AttentionName> = {
  attention,
  attentionQueryGradient: bodyOnly('ONNX has no gradient of attention.'),
  attentionKeyGradient: bodyOnly('ONNX has no gradient of attention.'),
};
