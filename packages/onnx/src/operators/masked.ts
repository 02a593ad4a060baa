import type { Value } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import { guard, mayGuard } from '../write/guard.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import { numberIn } from './number-in.ts';

/**
 * Writes `select(mask, x, 0)`, such as a dropout, as the product of x and the mask, and likewise `select(0 < r, x, r)` for the
 * result r of a ReLU, which is the gradient of this ReLU. In the build of ONNX Runtime 1.32 for Python, the kernel of `Where`
 * branches for each element, and takes six times as long or more if the mask is random; in that of 1.30 for Node, both take about
 * the same time.
 *
 * The product of an infinite number or NaN and 0 is NaN, so the sum of the products is a guard of the file; likewise the sum of r,
 * which may be NaN. Returns null for other nodes, and where guards are not allowed.
 */
export function maskedProduct(scope: Scope, { operands }: OpenNode<'select'>): Term | null {
  const [condition, x, y] = operands;
  const { writer: w } = scope;
  const form = formOf(scope, condition, x, y);
  if (form === null || !mayGuard(scope, form.value)) return null;
  const { value, isInverted, guarded } = form;
  const [mask, masked] = scope.broadcast([condition, value]);
  const factors = w.cast(isInverted ? w.compute('Not', [mask]) : mask, 'float32');
  const product = w.compute('Mul', [masked, factors]);
  guard(w, [product, ...guarded.map((each) => scope.term(each))]);
  return product;
}

/**
 * Writes `select(isNaN(x), NaN, y)`, which ends the gradients of activations, as y with a guard for x. Returns null for other
 * nodes, and where guards are not allowed.
 */
export function withoutNaN(scope: Scope, { operands }: OpenNode<'select'>): Term | null {
  const [condition, nan, y] = operands;
  const test = scope.maker(condition);
  if (test?.op !== 'isNaN' || !Number.isNaN(numberIn(scope, nan))) return null;
  const [x] = test.operands;
  if (!mayGuard(scope, x) || !mayGuard(scope, y)) return null;
  guard(scope.writer, [scope.term(x)]);
  return scope.term(y);
}

/** A selection between a value and 0. */
interface Form {
  readonly value: Value;
  /** Whether the mask is true where the result is 0. */
  readonly isInverted: boolean;
  /** Further values that must be finite. */
  readonly guarded: readonly Value[];
}

function formOf(scope: Scope, condition: Value, x: Value, y: Value): Form | null {
  if (isZero(scope, y)) return { value: x, isInverted: false, guarded: [] };
  if (isZero(scope, x)) return { value: y, isInverted: true, guarded: [] };
  const test = scope.maker(condition);
  const isPositive = test?.op === 'less' && isZero(scope, test.operands[0]) && test.operands[1] === y;
  return isPositive && isNotNegative(scope, y) ? { value: x, isInverted: false, guarded: [y] } : null;
}

/** Returns whether a value is the result of a ReLU or a maximum of such results, which is at least 0 or NaN. */
function isNotNegative(scope: Scope, value: Value): boolean {
  const maker = scope.maker(value);
  if (maker?.op === 'maxPool') return isNotNegative(scope, maker.operands[0]);
  if (maker?.op === 'call') return maker.attributes.name === 'relu';
  return maker?.op === 'max' && maker.operands.some((operand) => isZero(scope, operand));
}

/** Returns whether a value is the constant 0. */
function isZero(scope: Scope, value: Value): boolean {
  return numberIn(scope, value) === 0;
}
