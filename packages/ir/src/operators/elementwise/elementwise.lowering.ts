import type { OpName } from '../../graph/graph.ts';
import type { ScalarOp } from '../../scalar/scalar.ts';
import type { Lowering } from '../lowering.ts';
import type { ElementwiseOp } from './elementwise.ts';

/** Lowerings of the elementwise operators: scalar instructions applied to every element. */
export const elementwiseLowering: { readonly [K in ElementwiseOp]: Lowering<K> } = {
  neg: unary('neg'),
  abs: unary('abs'),
  sign: unary('sign'),
  floor: unary('floor'),
  ceil: unary('ceil'),
  round: unary('round'),
  exp: unary('exp'),
  exp2: unary('exp2'),
  expm1: unary('expm1'),
  log: unary('log'),
  log1p: unary('log1p'),
  sqrt: unary('sqrt'),
  sin: unary('sin'),
  cos: unary('cos'),
  tan: unary('tan'),
  asin: unary('asin'),
  atan: unary('atan'),
  tanh: unary('tanh'),
  sigmoid: unary('sigmoid'),
  erf: unary('erf'),
  isNaN: unary('isNaN'),
  isInf: unary('isInf'),
  not: unary('not'),
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  rem: binary('rem'),
  pow: binary('pow'),
  max: binary('max'),
  min: binary('min'),
  equal: binary('equal'),
  less: binary('less'),
  lessEqual: binary('lessEqual'),
  and: binary('and'),
  or: binary('or'),
  xor: binary('xor'),
  shiftLeft: binary('shiftLeft'),
  shiftRight: binary('shiftRight'),
  cast: elementwise((context, index, { attributes }) =>
    context.instruction('cast', [context.operand(0, index)], attributes.dtype),
  ),
  bitcast: elementwise((context, index, { attributes }) =>
    context.instruction('bitcast', [context.operand(0, index)], attributes.dtype),
  ),
  stopGradient: elementwise((context, index) => context.operand(0, index)),
  select: elementwise((context, index) =>
    context.instruction('select', [context.operand(0, index), context.operand(1, index), context.operand(2, index)]),
  ),
};

type Element<K extends OpName> = Extract<Lowering<K>, { readonly class: 'pointwise' }>['element'];

function elementwise<K extends OpName>(element: Element<K>): Lowering<K> {
  return { class: 'pointwise', kind: 'elementwise', element };
}

/** Creates the lowering of an operator that applies the unary instruction of the same name to each element. */
function unary<K extends OpName & ScalarOp>(op: K): Lowering<K> {
  return elementwise((context, index) => context.instruction(op, [context.operand(0, index)]));
}

/**
 * Creates the lowering of an operator that applies the binary instruction of the same name to each pair of elements.
 */
function binary<K extends OpName & ScalarOp>(op: K): Lowering<K> {
  return elementwise((context, index) =>
    context.instruction(op, [context.operand(0, index), context.operand(1, index)]),
  );
}
