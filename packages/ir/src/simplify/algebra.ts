import type { OpName, Value } from '../graph/graph.ts';
import { type DType, dtypes, isFloat } from '../types/dtype.ts';
import { equalTypes } from '../types/shape.ts';
import { madeBy, numberOf } from './match.ts';
import type { Candidate, RewriteContext, RewriteRule, RewriteRules } from './rewrite.ts';

type Builder = RewriteContext['builder'];

/**
 * Simplification rules for elementwise operators. No rule changes a bit of a result. Rules that are wrong for NaN,
 * infinities, signed zeros or rounding (x · 0, x - x, x + 0, (x · a) · b) apply only to integers, or only to constants
 * for which they are correct.
 */
export const algebra: RewriteRules = {
  neg: [
    { name: '-(-x) = x', apply: ({ builder: b }, { operands: [x] }) => madeBy(b, x, 'neg')?.operands[0] ?? null },
    {
      name: '-(x - y) = y - x for integers',
      apply: ({ builder: b }, { operands: [x] }) => {
        const difference = isFloat(b.dtype(x)) ? null : madeBy(b, x, 'sub');
        return difference === null ? null : b.sub(difference.operands[1], difference.operands[0]);
      },
    },
    {
      name: '-(x · c) = x · (-c)',
      apply: ({ builder: b }, { operands: [x] }) => {
        const product = scaled(b, x);
        return product === null ? null : b.mul(product.x, b.full(x, -product.factor));
      },
    },
  ],
  abs: [
    {
      name: '|x| = x for unsigned integers',
      apply: ({ builder: b }, { operands: [x] }) => (dtypes[b.dtype(x)].kind === 'unsigned' ? x : null),
    },
    {
      name: '|-x| = |x|',
      apply: ({ builder: b }, { operands: [x] }) => {
        const negated = madeBy(b, x, 'neg');
        // Not for unsigned integers: the negation of x wraps, and abs does not change it back to x.
        return negated === null || dtypes[b.dtype(x)].kind === 'unsigned' ? null : b.abs(negated.operands[0]);
      },
    },
    { name: '||x|| = |x|', apply: ({ builder: b }, { operands: [x] }) => (madeBy(b, x, 'abs') === null ? null : x) },
  ],
  not: [
    { name: 'not not x = x', apply: ({ builder: b }, { operands: [x] }) => madeBy(b, x, 'not')?.operands[0] ?? null },
  ],
  cast: [
    {
      name: 'removes a cast to the same dtype',
      apply: ({ builder: b }, { operands: [x], attributes: { dtype } }) => (b.dtype(x) === dtype ? x : null),
    },
    {
      name: 'removes an intermediate cast to a wider dtype',
      apply: ({ builder: b }, { operands: [x], attributes: { dtype } }) => {
        const inner = madeBy(b, x, 'cast');
        if (inner === null) return null;
        const [origin] = inner.operands;
        return isLosslessDetour(b.dtype(origin), b.dtype(x), dtype) ? b.cast(origin, dtype) : null;
      },
    },
  ],
  stopGradient: [
    {
      name: 'removes the second of two stopGradients',
      apply: ({ builder: b }, { operands: [x] }) => (madeBy(b, x, 'stopGradient') === null ? null : x),
    },
  ],
  add: commutative(
    {
      // For floats, only x + -0 equals x for every x: x + 0 is 0 if x is -0.
      name: 'x + 0 = x',
      apply: (b, x, y) => (numberIs(b, y, -0) ? x : null),
    },
    {
      name: 'x + -y = x - y',
      apply: (b, x, y) => {
        const negated = madeBy(b, y, 'neg');
        return negated === null ? null : b.sub(x, negated.operands[0]);
      },
    },
  ),
  sub: [
    {
      name: 'x - 0 = x',
      apply: ({ builder: b }, { operands: [x, y] }) => (numberIs(b, y, 0) ? x : null),
    },
    {
      name: '0 - x = -x',
      apply: ({ builder: b }, { operands: [x, y] }) => (numberIs(b, x, -0) ? b.neg(y) : null),
    },
    {
      name: 'x - x = 0 for integers',
      apply: ({ builder: b }, { operands: [x, y] }) => (x === y && !isFloat(b.dtype(x)) ? b.full(x, 0) : null),
    },
    {
      name: 'x - -y = x + y',
      apply: ({ builder: b }, { operands: [x, y] }) => {
        const negated = madeBy(b, y, 'neg');
        return negated === null ? null : b.add(x, negated.operands[0]);
      },
    },
  ],
  mul: commutative(
    { name: 'x · 1 = x', apply: (b, x, y) => (numberOf(b, y) === 1 ? x : null) },
    { name: 'x · 0 = 0 for integers', apply: (b, x, y) => (numberOf(b, y) === 0 && !isFloat(b.dtype(x)) ? y : null) },
    { name: 'x · -1 = -x', apply: (b, x, y) => (numberOf(b, y) === -1 ? b.neg(x) : null) },
    {
      name: '-x · c = x · (-c) for floats',
      apply: (b, x, y) => {
        const factor = isFloat(b.dtype(x)) ? numberOf(b, y) : null;
        const negated = factor === null ? null : madeBy(b, x, 'neg');
        return factor === null || negated === null ? null : b.mul(negated.operands[0], b.full(y, -factor));
      },
    },
    {
      name: '(x · a) · b = x · (a · b) for powers of two of at least 1',
      apply: (b, x, y) => {
        const factor = numberOf(b, y);
        const product = factor === null ? null : scaled(b, x);
        if (factor === null || product === null) return null;
        // Only powers of two of at least 1: with smaller factors, both products could be denormal and round, with
        // another result than one product.
        const factors = [factor, product.factor, factor * product.factor];
        const isExact = factors.every((one) => isPowerOfTwo(one, b.dtype(x)) && Math.abs(one) >= 1);
        return isExact ? b.mul(product.x, b.full(y, product.factor * factor)) : null;
      },
    },
  ),
  div: [
    {
      name: 'x / 1 = x',
      apply: ({ builder: b }, { operands: [x, y] }) => (numberOf(b, y) === 1 ? x : null),
    },
    {
      name: 'x / 2^n = x · 2^-n for floats',
      apply: ({ builder: b }, { operands: [x, y] }) => {
        const divisor = isFloat(b.dtype(x)) ? numberOf(b, y) : null;
        return divisor !== null && isPowerOfTwo(divisor, b.dtype(x)) ? b.mul(x, b.full(y, 1 / divisor)) : null;
      },
    },
  ],
  pow: [
    {
      name: 'x^0 = 1',
      apply: ({ builder: b }, { operands: [x, y] }) => (numberOf(b, y) === 0 ? b.full(x, 1) : null),
    },
    { name: 'x^1 = x', apply: ({ builder: b }, { operands: [x, y] }) => (numberOf(b, y) === 1 ? x : null) },
  ],
  max: extremum('min'),
  min: extremum('max'),
  and: logical(1),
  or: logical(0),
  select: [
    {
      name: 'selects by a constant condition',
      apply: ({ builder: b }, { operands: [condition, x, y] }) => {
        const chosen = numberOf(b, condition);
        return chosen === null ? null : chosen === 0 ? y : x;
      },
    },
    { name: 'select(c, x, x) = x', apply: (_context, { operands: [, x, y] }) => (x === y ? x : null) },
    {
      name: 'select(not c, x, y) = select(c, y, x)',
      apply: ({ builder: b }, { operands: [condition, x, y] }) => {
        const opposite = madeBy(b, condition, 'not');
        return opposite === null ? null : b.select(opposite.operands[0], y, x);
      },
    },
    {
      name: 'select(c, true, false) = c',
      apply: ({ builder: b }, { operands: [condition, x, y] }) => {
        if (b.dtype(x) !== 'bool' || !equalTypes(b.type(condition), b.type(x))) return null;
        return numberOf(b, x) === 1 && numberOf(b, y) === 0 ? condition : null;
      },
    },
  ],
};

/**
 * A rule for a commutative operator, written for one order of the operands: constants and patterns are in the second
 * operand.
 */
interface SidedRule {
  readonly name: string;
  readonly apply: (b: Builder, x: Value, y: Value) => Value | null;
}

/** Returns rules that are applied to both orders of the operands. */
function commutative<K extends OpName>(...rules: readonly SidedRule[]): readonly RewriteRule<K>[] {
  return rules.map(({ name, apply }) => ({
    name,
    apply: ({ builder: b }: RewriteContext, { operands: [x, y] }: Candidate<K>) => apply(b, x, y) ?? apply(b, y, x),
  }));
}

function extremum<K extends 'max' | 'min'>(identity: 'min' | 'max'): readonly RewriteRule<K>[] {
  return commutative<K>(
    { name: 'f(x, x) = x', apply: (_b, x, y) => (x === y ? x : null) },
    {
      name: `f(x, ${identity === 'min' ? 'smallest' : 'largest'} value) = x`,
      apply: (b, x, y) => (numberOf(b, y) === dtypes[b.dtype(x)][identity] ? x : null),
    },
  );
}

function logical<K extends 'and' | 'or'>(identity: 0 | 1): readonly RewriteRule<K>[] {
  const known = (b: Builder, y: Value): number | null => (b.dtype(y) === 'bool' ? numberOf(b, y) : null);
  return commutative<K>(
    { name: 'f(x, x) = x', apply: (_b, x, y) => (x === y ? x : null) },
    { name: 'f(x, neutral bool) = x', apply: (b, x, y) => (known(b, y) === identity ? x : null) },
    { name: 'f(x, absorbing bool) = that bool', apply: (b, _x, y) => (known(b, y) === 1 - identity ? y : null) },
  );
}

/** Returns true if a value is a constant whose elements all equal `zero`. For floats, 0 and -0 differ. */
function numberIs(b: Builder, value: Value, zero: 0 | -0): boolean {
  const number = numberOf(b, value);
  return isFloat(b.dtype(value)) ? Object.is(number, zero) : number === 0;
}

/** Returns `x` and `factor` if a float value is the product of x and a constant factor; otherwise null. */
function scaled(b: Builder, value: Value): { readonly x: Value; readonly factor: number } | null {
  const product = madeBy(b, value, 'mul');
  if (product === null || !isFloat(b.dtype(value))) return null;
  const [x, y] = product.operands;
  const [left, right] = [numberOf(b, x), numberOf(b, y)];
  if (right !== null) return { x, factor: right };
  return left === null ? null : { x: y, factor: left };
}

/** Returns true for ±2^n if n is small enough that the inverse is exact in the given float dtype too. */
function isPowerOfTwo(x: number, dtype: DType): boolean {
  const exponent = Math.round(Math.log2(Math.abs(x)));
  return Math.abs(exponent) < (dtype === 'float16' ? 15 : 100) && Math.abs(x) === 2 ** exponent;
}

/** For each dtype, the dtypes that represent all of its values. */
const WIDER: { readonly [K in DType]: readonly DType[] } = {
  bool: ['uint8', 'int32', 'uint32', 'float16', 'float32', 'float64'],
  uint8: ['int32', 'uint32', 'float16', 'float32', 'float64'],
  int32: ['float64'],
  uint32: ['float64'],
  float16: ['float32', 'float64'],
  float32: ['float64'],
  float64: [],
};

/**
 * Returns true if a cast from `from` to `over` and then to `to` has the same results as a direct cast from `from` to
 * `to`.
 */
function isLosslessDetour(from: DType, over: DType, to: DType): boolean {
  if (!WIDER[from].includes(over)) return false;
  // If `over` is a float dtype and `to` an integer dtype, the second cast clamps where a direct cast would wrap, unless
  // `to` represents all values.
  return isFloat(from) || !isFloat(over) || isFloat(to) || to === 'bool' || to === from || WIDER[from].includes(to);
}
