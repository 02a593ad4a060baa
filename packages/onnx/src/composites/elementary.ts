import type { CompositeConfigs } from '@manabi/ir';
import { int } from '../write/attribute.ts';
import { isSpread } from '../write/term.ts';
import { elementwise } from './activation.ts';
import { bodyOnly, type CompositeRow, type CompositeRows } from './row.ts';

/** Names of composites that are elementary functions. */
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
 * Writes `floorMod` of integers as Mod with `fmod` 0, whose result has the sign of the divisor. ONNX Runtime fails for
 * a divisor of 0 and may crash for -1, so this is done only for constant divisors without 0 and -1.
 */
const floorMod: CompositeRow<CompositeConfigs['floorMod']> = (scope, { operands }) => {
  if (operands.some((operand) => scope.type(operand).dtype !== 'int32')) return null;
  const divisor = scope.bound(operands[1]);
  const divisors = scope.writer.arrayOf(isSpread(divisor) ? divisor.source : divisor);
  if (divisors === null || divisors.data.some((value) => value === 0 || value === -1)) return null;
  return [scope.writer.emitOne('Mod', scope.broadcast(operands), 'int32', { fmod: int(0) })];
};

export const elementaryRows: CompositeRows<ElementaryName> = {
  square: bodyOnly('Its definition is one Mul.'),
  reciprocal: unary('Reciprocal'),
  rsqrt: elementwise((w, x) => w.emitOne('Reciprocal', [w.compute('Sqrt', [x])], 'float32')),
  log2: bodyOnly('ONNX has only the natural logarithm.'),
  log10: bodyOnly('ONNX has only the natural logarithm.'),
  trunc: bodyOnly('ONNX has Floor, Ceil and Round, but no Trunc.'),
  isFinite: bodyOnly('ONNX has IsNaN and IsInf, but no IsFinite.'),
  clip,
  clipBetween: bodyOnly('The bounds of Clip must be scalars, so it is written as Max and Min.'),
  floorDivide: bodyOnly("ONNX's Div of integers rounds towards 0."),
  floorMod,
  acos: unary('Acos'),
  atan2: bodyOnly('ONNX has only Atan with one operand.'),
  sinh: unary('Sinh'),
  cosh: unary('Cosh'),
  asinh: unary('Asinh'),
  acosh: unary('Acosh'),
  atanh: unary('Atanh'),
  erfc: bodyOnly('ONNX has Erf, and 1 - erf(x) loses all digits where the result is small.'),
  erfInv: bodyOnly('ONNX has Erf, but not its inverse.'),
};
