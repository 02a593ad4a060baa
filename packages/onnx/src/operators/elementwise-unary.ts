import { type DType, dtypes, type ElementwiseUnaryOp, isFloat, isInteger, ManabiError, type OpName } from '@manabi/ir';
import type { KernelName } from '../write/kernels.ts';
import { isGraphDType } from '../write/tensor.ts';
import { isSpread, type Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import type { Row, Rows } from './row.ts';
import { numberLike, where } from './select.ts';

/** Names of elementwise operators with one operand. */
export type UnaryName = ElementwiseUnaryOp | 'cast' | 'bitcast' | 'stopGradient';

/**
 * Returns the description of how to write an elementwise operator with one operand. If the operand is a broadcast, the
 * operator is applied to the smaller array before the broadcast.
 */
function unary<K extends OpName>(write: (w: Writer, x: Term, dtype: DType) => Term): Row<K> {
  return {
    write: (scope, { operands: [x], results: [result] }) => {
      const { writer } = scope;
      const bound = scope.bound(x);
      const { dtype } = scope.type(result);
      // Several nodes on float16 would round several times.
      const written = (term: Term): Term => {
        if (term.dtype !== 'float16') return write(writer, term, dtype);
        const wide = write(writer, writer.cast(term, 'float32'), dtype === 'float16' ? 'float32' : dtype);
        return writer.cast(wide, dtype);
      };
      return [isSpread(bound) ? { ...bound, source: written(bound.source) } : written(bound)];
    },
  };
}

function direct<K extends OpName>(opType: KernelName): Row<K> {
  return unary((w, x) => w.compute(opType, [x]));
}

function test<K extends OpName>(opType: 'IsNaN' | 'IsInf'): Row<K> {
  return unary((w, x) => w.compute(opType, [x], { results: ['bool'] }));
}

export const unaryRows: Rows<UnaryName> = {
  neg: direct('Neg'),
  abs: direct('Abs'),
  sign: direct('Sign'),
  floor: direct('Floor'),
  ceil: direct('Ceil'),
  round: direct('Round'),
  exp: direct('Exp'),
  exp2: unary((w, x) => w.compute('Pow', [numberLike(w, x, 2), x])),
  expm1: unary((w, x) =>
    identityNearZero(w, x, (wide) => w.compute('Sub', [w.compute('Exp', [wide]), numberLike(w, wide, 1)])),
  ),
  log: direct('Log'),
  log1p: unary((w, x) =>
    identityNearZero(w, x, (wide) => w.compute('Log', [w.compute('Add', [wide, numberLike(w, wide, 1)])])),
  ),
  sqrt: direct('Sqrt'),
  sin: direct('Sin'),
  cos: direct('Cos'),
  tan: direct('Tan'),
  asin: direct('Asin'),
  atan: direct('Atan'),
  tanh: direct('Tanh'),
  sigmoid: direct('Sigmoid'),
  erf: direct('Erf'),
  isNaN: test('IsNaN'),
  isInf: test('IsInf'),
  not: unary((w, x) => w.compute(x.dtype === 'bool' ? 'Not' : 'BitwiseNot', [x])),
  cast: unary(castTo),
  bitcast: unary(sameBits),
  stopGradient: unary((_, x) => x),
};

/**
 * Threshold for |x|. Below it, x and x ± x²/2 are equal in float32; above it, 1 + x in float64 keeps enough digits of
 * x.
 */
const NEAR_ZERO = 1e-8;

/**
 * Computes form(x) in float64 for a function with form(x) ≈ x near 0, such as log1p. Near 0, the result is x itself,
 * because the formula would lose all digits.
 */
function identityNearZero(w: Writer, x: Term, form: (wide: Term) => Term): Term {
  const wide = w.cast(x, 'float64');
  const size = w.compute('Abs', [wide]);
  const isNear = w.compute('Less', [size, numberLike(w, wide, NEAR_ZERO)], { results: ['bool'] });
  return w.cast(where(w, isNear, wide, form(wide)), x.dtype);
}

/**
 * Casts a value to another dtype. ONNX does not define the cast of a float that is out of range for an integer dtype,
 * so nodes are added that clamp the float and replace NaN by 0. Integers wrap, as in ONNX.
 */
function castTo(w: Writer, x: Term, dtype: DType): Term {
  const from = x.dtype;
  if (!isGraphDType(from) || !isFloat(from) || !isInteger(dtype)) return w.cast(x, dtype);
  const wide = w.cast(x, 'float64');
  const known = where(w, w.compute('IsNaN', [wide], { results: ['bool'] }), w.scalar(0, 'float64'), wide);
  const { min, max } = dtypes[dtype];
  return w.cast(w.compute('Clip', [known, w.scalar(min, 'float64'), w.scalar(max, 'float64')]), dtype);
}

/**
 * Writes a bitcast between integer dtypes as Cast, which keeps the bits of integers. A bitcast between other dtypes
 * would need BitCast, which requires opset 26 and has no kernel in ONNX Runtime.
 *
 * @throws ManabiError `dtype` for a bitcast between a float and an integer dtype
 */
function sameBits(w: Writer, x: Term, dtype: DType): Term {
  if (x.dtype === dtype) return x;
  if (isGraphDType(x.dtype) && isInteger(x.dtype) && isInteger(dtype)) return w.cast(x, dtype);
  throw new ManabiError(
    'dtype',
    `Cannot export a bitcast from ${x.dtype} to ${dtype}: ONNX Runtime has no kernel for it. Use astype() to convert values ` +
      'instead of bits.',
    { op: 'exportOnnx', data: { operator: 'bitcast', from: x.dtype, to: dtype } },
  );
}
