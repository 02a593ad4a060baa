import type { OpName, Value } from '../graph/graph.ts';
import type { Lowering } from '../operators/lowering.ts';
import { lowerings } from '../operators/lowerings-table.ts';
import { equalShapes, sizeOf } from '../types/shape.ts';
import { equalLists, madeBy, numberOf } from './match.ts';
import type { Candidate, GeneralRule, RewriteContext } from './rewrite.ts';

/**
 * If all operands of an elementwise node are broadcast in the same way or have equal elements, applies the operator
 * before broadcasting. For example, 1 / √variance is then computed once per channel instead of once per element.
 */
export const hoistRepeated: GeneralRule = { name: 'computes before broadcasting', apply: hoisted };

function hoisted<K extends OpName>(context: RewriteContext, node: Candidate<K>): Value | null {
  const { builder: b } = context;
  const repeated = node.operands.flatMap((operand) => madeBy(b, operand, 'expand') ?? []);
  if (repeated.length === 0) return null;
  const [{ operands: origin, attributes }] = repeated;
  const shape = b.shape(origin[0]);
  const isAlike = repeated.every(
    (other) => equalShapes(b.shape(other.operands[0]), shape) && equalLists(other.attributes.axes, attributes.axes),
  );
  if (!isAlike || sizeOf(shape) >= sizeOf(node.type.shape)) return null;
  const small: Value[] = [];
  for (const operand of node.operands) {
    const number = numberOf(b, operand);
    const own = madeBy(b, operand, 'expand')?.operands[0];
    if (own !== undefined) small.push(own);
    else if (number !== null) small.push(b.constant(number, b.dtype(operand), shape));
    else return null;
  }
  return isElementwise(node) ? b.expand(emitAgain(context, node, small), node.type.shape, attributes.axes) : null;
}

function isElementwise<K extends OpName>({ op }: Candidate<K>): boolean {
  const lowering: Lowering<K> = lowerings[op];
  return lowering.class === 'pointwise' && lowering.kind === 'elementwise';
}

function emitAgain<K extends OpName>(
  { builder }: RewriteContext,
  { op, attributes }: Candidate<K>,
  operands: readonly Value[],
): Value {
  return builder.emit(op, operands, attributes)[0];
}
