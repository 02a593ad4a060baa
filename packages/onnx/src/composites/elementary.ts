import type { CompositeConfigs } from '@manabi/ir';
import { int } from '../write/attribute.ts';
import { isSpread } from '../write/term.ts';
import { elementwise } from './activation.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

/** The composites that compute numbers from numbers. */
export type ElementaryName =
  | 'square'
  | 'reciprocal'
  | 'rsqrt'
  | 'log2'
  | 'log10'
  | 'trunc'
  | 'isFinite'
  | 'clip'
  | 'clipBetween'
  | 'floorDivide'
  | 'floorMod'
  | 'acos'
  | 'atan2'
  | 'sinh'
  | 'cosh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'erfc'
  | 'erfInv';

function unary<Config>(opType: string): CompositeRow<Config> {
  return elementwise((w, x) => w.emitOne(opType, [x], 'float32'));
}

const clip: CompositeRow<CompositeConfigs['clip']> = (scope, { operands: [x] }, { min, max }) => {
  const { writer: w } = scope;
  const { dtype } = scope.type(x);
  if (dtype !== 'float32' && dtype !== 'int32') return null;
  const bound = scope.bound(x);
  const source = w.emitOne(
    'Clip',
    [
      isSpread(bound) ? bound.source : bound,
      min === null ? null : w.scalar(min, dtype),
      max === null ? null : w.scalar(max, dtype),
    ],
    dtype,
  );
  return [isSpread(bound) ? { ...bound, source } : source];
};

/**
 * ONNX's Mod with `fmod` 0 has the sign of the divisor, for whole numbers. At 0 ONNX Runtime stops, and at -1 the processor
 * may, so that the divisor has to be known.
 */
const floorMod: CompositeRow<CompositeConfigs['floorMod']> = (scope, { operands }) => {
  if (operands.some((operand) => scope.type(operand).dtype !== 'int32')) return null;
  const divisor = scope.bound(operands[1]);
  const divisors = scope.writer.arrayOf(isSpread(divisor) ? divisor.source : divisor);
  if (divisors === null || divisors.data.some((value) => value === 0 || value === -1)) return null;
  return [scope.writer.emitOne('Mod', scope.broadcast(operands), 'int32', { fmod: int(0) })];
};

export const elementaryRows: CompositeRows<ElementaryName> = {
  square: bodyOnly('The body is one Mul.'),
  reciprocal: unary('Reciprocal'),
  rsqrt: elementwise((w, x) => w.emitOne('Reciprocal', [w.compute('Sqrt', [x])], 'float32')),
  log2: bodyOnly('ONNX has the natural logarithm alone.'),
  log10: bodyOnly('ONNX has the natural logarithm alone.'),
  trunc: bodyOnly('ONNX has Floor, Ceil and Round, but no Trunc.'),
  isFinite: bodyOnly('ONNX has IsNaN and IsInf, but no IsFinite.'),
  clip,
  clipBetween: bodyOnly('The body is Max and Min, since bounds of Clip are scalars.'),
  floorDivide: bodyOnly("ONNX's Div of whole numbers goes towards 0."),
  floorMod,
  acos: unary('Acos'),
  atan2: bodyOnly('ONNX has Atan of one operand alone.'),
  sinh: unary('Sinh'),
  cosh: unary('Cosh'),
  asinh: unary('Asinh'),
  acosh: unary('Acosh'),
  atanh: unary('Atanh'),
  erfc: bodyOnly('ONNX has Erf, whose complement loses all digits where it is small.'),
  erfInv: bodyOnly('ONNX has Erf, but not its inverse.'),
};
