import type { None } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import type { Exemption, Sample, SampleOperand, SampleWith } from '../sample.ts';
import { distinct, integers, uniform, values } from '../sample-operands.ts';
import type { ElementwiseUnaryOp } from './unary.ts';

type UnarySample = SampleWith<None>;

const floats: readonly DType[] = ['float32', 'float64', 'float16'];
const shapes: readonly (readonly [name: string, shape: Shape])[] = [
  ['three axes', [3, 5, 7]],
  ['vector', [130]],
  ['scalar', []],
  ['one element', [1]],
  ['empty axis', [2, 0, 3]],
];

/** Operands of float operators: zeros, infinities, NaN, and large and small finite numbers. */
const moderate = [0, -0, Infinity, -Infinity, NaN, 1, -1, 1e-6, -1e-6];
const special = [...moderate, 1e30, -1e30];

/** Smallest and largest values of each integer dtype, for which results wrap. */
const edges = {
  int32: [-2147483648, -2147483647, -1, 0, 1, 2147483647, 12345],
  uint32: [0, 1, 2147483647, 2147483648, 4294967295],
  uint8: [0, 1, 127, 128, 254, 255],
  bool: [0, 1],
} as const;

/**
 * Test samples of the unary elementwise operators. Random operands avoid points at which an operator is not
 * differentiable.
 */
export const elementwiseUnarySamples: { readonly [K in ElementwiseUnaryOp]: readonly Sample<K>[] } = {
  neg: [...smooth(distinct), ...specials(special), ...integral()],
  abs: [...smooth(distinct), ...specials(special), ...integral()],
  sign: [...smooth(distinct), ...specials(special), ...integral()],
  floor: [...smooth(distinct), ...specials([...special, 1.5, -1.5, 0.999, -0.001, 8388609, 2147483904])],
  ceil: [...smooth(distinct), ...specials([...special, 1.5, -1.5, 0.999, -0.001, 8388609, 2147483904])],
  round: [
    ...smooth(distinct),
    ...specials([...special, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 8388609, 2147483904]),
  ],
  exp: [...range(-3, 3), ...specials([...special, 88, 89, -87, -110, 10])],
  exp2: [...range(-3, 3), ...specials([...special, 127, 128, -126, -149, -150, 0.5, 10])],
  expm1: [...range(-2, 2), ...specials([...special, 88, 89, -20, 1e-3, -1e-3])],
  log: [...range(0.2, 5), ...specials([...special, 3e38, 2e-38, 0.9999, 1.0001])],
  log1p: [...range(-0.7, 3), ...specials([...special, 3e38, -0.9999, 1e-3, -1e-3])],
  sqrt: [...range(0.2, 5), ...specials([...special, 3e38, 2e-38, 4])],
  sin: [...range(-6, 6), ...specials([...moderate, Math.PI, 100, -1e4]), ...huge()],
  cos: [...range(-6, 6), ...specials([...moderate, Math.PI / 2, 100, -1e4]), ...huge()],
  tan: [...range(-1.2, 1.2), ...specials([...moderate, 1.5, 100, -1e4]), ...huge()],
  asin: [...range(-0.9, 0.9), ...specials([...special, 0.9999, -0.9999, 0.5, -0.5, 1.5])],
  atan: [...range(-4, 4), ...specials([...special, 100, -1e4])],
  tanh: [...range(-3, 3), ...specials([...special, 10, -10, 90, -90, 1e-3])],
  sigmoid: [...range(-5, 5), ...specials([...special, 20, -20, 80, -80, 1000, -1000])],
  erf: [...range(-2.5, 2.5), ...specials([...special, 3.5, -4, 6, 1e-3, -10])],
  isNaN: [...range(-2, 2), ...specials([...special, 3e38])],
  isInf: [...range(-2, 2), ...specials([...special, 3e38])],
  not: [...integral(), ...truths()],
};

function range(low: number, high: number): readonly UnarySample[] {
  return smooth((dtype, shape) => uniform(dtype, shape, low, high));
}

function smooth(operand: (dtype: DType, shape: Shape) => SampleOperand): readonly UnarySample[] {
  return floats.flatMap((dtype) => shapes.map(([name, shape]) => one(`${name} ${dtype}`, operand(dtype, shape))));
}

function specials(elements: readonly number[]): readonly UnarySample[] {
  return floats.map((dtype) => one(`special values ${dtype}`, values(dtype, elements), 'special'));
}

/** Returns samples of angles far above 2π, for which subtracting multiples of a rounded π fails. */
function huge(): readonly UnarySample[] {
  return floats.map((dtype) => one(`huge arguments ${dtype}`, values(dtype, [1e6, -1e8, 1e15, 1e30, -3e38]), 'steps'));
}

function integral(): readonly UnarySample[] {
  return [
    one('three axes int32', integers('int32', [3, 5, 7], -100, 100)),
    one('edges int32', values('int32', edges.int32)),
    one('vector uint32', integers('uint32', [130], 0, 100)),
    one('edges uint32', values('uint32', edges.uint32)),
    one('vector uint8', integers('uint8', [130], 0, 255)),
    one('edges uint8', values('uint8', edges.uint8)),
    one('scalar int32', values('int32', [-7], [])),
    one('empty axis int32', integers('int32', [0, 4], 0, 1)),
  ];
}

function truths(): readonly UnarySample[] {
  return [
    one('three axes bool', integers('bool', [3, 5, 7], 0, 1)),
    one('scalar bool', values('bool', [1], [])),
    one('empty axis bool', integers('bool', [2, 0], 0, 1)),
  ];
}

function one(name: string, operand: SampleOperand, exempt?: Exemption): UnarySample {
  return { name, operands: [operand], attributes: {}, exempt };
}
