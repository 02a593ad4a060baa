import { type DType, dtypes, isFloat } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { equalTypes } from '../shape.ts';
import { madeBy, numberOf } from './match.ts';
import { powerRule } from './power.ts';
import type { RewriteContext, RewriteRules } from './rewrite.ts';

/**
 * Identities of elementwise operators. Those that NaN or an infinity breaks (x · 0, x - x, x / x, x == x) hold for
 * integers alone; that the sign of a zero may change is accepted.
 */
export const algebra: RewriteRules = {
  neg: ({ builder: b }, { operands: [x] }) => {
    const negated = madeBy(b, x, 'neg');
    if (negated !== null) return negated.operands[0];
    const difference = madeBy(b, x, 'sub');
    if (difference !== null) return b.sub(difference.operands[1], difference.operands[0]);
    const product = scaled(b, x);
    return product === null ? null : b.mul(product.x, b.full(x, -product.factor));
  },
  abs: ({ builder: b }, { operands: [x] }) => {
    const negated = madeBy(b, x, 'neg');
    if (negated !== null) return b.abs(negated.operands[0]);
    return madeBy(b, x, 'abs') === null ? null : x;
  },
  not: ({ builder: b }, { operands: [x] }) => madeBy(b, x, 'not')?.operands[0] ?? null,
  cast: ({ builder: b }, { operands: [x], attributes: { dtype } }) => {
    if (b.dtype(x) === dtype) return x;
    const inner = madeBy(b, x, 'cast');
    if (inner === null) return null;
    const [origin] = inner.operands;
    return isLosslessDetour(b.dtype(origin), b.dtype(x), dtype) ? b.cast(origin, dtype) : null;
  },
  stopGradient: ({ builder: b }, { operands: [x] }) => (madeBy(b, x, 'stopGradient') === null ? null : x),
  add: ({ builder: b }, { operands: [x, y] }) => {
    if (numberOf(b, y) === 0) return x;
    if (numberOf(b, x) === 0) return y;
    const negatedY = madeBy(b, y, 'neg');
    if (negatedY !== null) return b.sub(x, negatedY.operands[0]);
    const negatedX = madeBy(b, x, 'neg');
    return negatedX === null ? null : b.sub(y, negatedX.operands[0]);
  },
  sub: ({ builder: b }, { operands: [x, y] }) => {
    if (numberOf(b, y) === 0) return x;
    if (numberOf(b, x) === 0) return b.neg(y);
    if (x === y && !isFloat(b.dtype(x))) return b.full(x, 0);
    const negated = madeBy(b, y, 'neg');
    return negated === null ? null : b.add(x, negated.operands[0]);
  },
  mul: (context, { operands: [x, y] }) => timesNumber(context, x, y) ?? timesNumber(context, y, x),
  div: ({ builder: b }, { operands: [x, y] }) => {
    const divisor = numberOf(b, y);
    if (divisor === null) return null;
    if (divisor === 1) return x;
    if (!isFloat(b.dtype(x))) return null;
    return isPowerOfTwo(divisor) ? b.mul(x, b.full(y, 1 / divisor)) : null;
  },
  pow: powerRule,
  max: (context, { operands: [x, y] }) => extremum(context, x, y, 'min') ?? extremum(context, y, x, 'min'),
  min: (context, { operands: [x, y] }) => extremum(context, x, y, 'max') ?? extremum(context, y, x, 'max'),
  and: (context, { operands: [x, y] }) => logical(context, x, y, 1) ?? logical(context, y, x, 1),
  or: (context, { operands: [x, y] }) => logical(context, x, y, 0) ?? logical(context, y, x, 0),
  select: ({ builder: b }, { operands: [condition, x, y] }) => {
    const chosen = numberOf(b, condition);
    if (chosen !== null) return chosen === 0 ? y : x;
    if (x === y) return x;
    const opposite = madeBy(b, condition, 'not');
    if (opposite !== null) return b.select(opposite.operands[0], y, x);
    if (b.dtype(x) !== 'bool' || !equalTypes(b.type(condition), b.type(x))) return null;
    return numberOf(b, x) === 1 && numberOf(b, y) === 0 ? condition : null;
  },
};

/** A value that is another times a number. */
function scaled(b: RewriteContext['builder'], value: Value): { readonly x: Value; readonly factor: number } | null {
  const product = madeBy(b, value, 'mul');
  if (product === null || !isFloat(b.dtype(value))) return null;
  const [x, y] = product.operands;
  const [left, right] = [numberOf(b, x), numberOf(b, y)];
  if (right !== null) return { x, factor: right };
  return left === null ? null : { x: y, factor: left };
}

function timesNumber({ builder: b }: RewriteContext, x: Value, y: Value): Value | null {
  const factor = numberOf(b, y);
  if (factor === null) return null;
  if (factor === 1) return x;
  if (!isFloat(b.dtype(x))) return factor === 0 ? y : null;
  if (factor === -1) return b.neg(x);
  const negated = madeBy(b, x, 'neg');
  if (negated !== null) return b.mul(negated.operands[0], b.full(y, -factor));
  const product = scaled(b, x);
  if (product === null || !bothGrowOrShrink(product.factor, factor)) return null;
  return b.mul(product.x, b.full(y, product.factor * factor));
}

/** Then no overflow or underflow on the way is undone by the second factor. */
function bothGrowOrShrink(a: number, b: number): boolean {
  const [first, second] = [Math.abs(a), Math.abs(b)];
  const product = first * second;
  if (!Number.isFinite(product) || product < 1e-37 || product > 1e38) return false;
  return (first >= 1 && second >= 1) || (first <= 1 && second <= 1);
}

function isPowerOfTwo(x: number): boolean {
  return (
    Number.isFinite(x) && x !== 0 && Number.isInteger(Math.log2(Math.abs(x))) && Math.abs(Math.log2(Math.abs(x))) < 100
  );
}

function extremum({ builder: b }: RewriteContext, x: Value, y: Value, identity: 'min' | 'max'): Value | null {
  return x === y || numberOf(b, y) === dtypes[b.dtype(x)][identity] ? x : null;
}

function logical({ builder: b }: RewriteContext, x: Value, y: Value, identity: 0 | 1): Value | null {
  if (x === y) return x;
  if (b.dtype(x) !== 'bool') return null;
  const known = numberOf(b, y);
  if (known === null) return null;
  return known === identity ? x : y;
}

/** Dtypes that hold every value of another. */
const WIDER: { readonly [K in DType]: readonly DType[] } = {
  bool: ['uint8', 'int32', 'uint32', 'float32', 'float64'],
  uint8: ['int32', 'uint32', 'float32', 'float64'],
  int32: ['float64'],
  uint32: ['float64'],
  float32: ['float64'],
  float64: [],
};

/** True if a cast from `from` over `over` to `to` is one from `from` to `to`. */
function isLosslessDetour(from: DType, over: DType, to: DType): boolean {
  if (!WIDER[from].includes(over)) return false;
  // Floats saturate where integers wrap, so that the detour shows unless the target holds all there is.
  return isFloat(from) || !isFloat(over) || isFloat(to) || to === 'bool' || to === from || WIDER[from].includes(to);
}
