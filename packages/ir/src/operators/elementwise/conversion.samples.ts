import { type DType, dtypeNames, isFloat } from '../../types/dtype.ts';
import { type Shape, sizeOf } from '../../types/shape.ts';
import type { Sample, SampleOperand } from '../sample.ts';
import { integers, uniform, values } from '../sample-operands.ts';
import type { ElementwiseConversionOp } from './conversion.ts';

/** For each dtype, numbers that a cast to other dtypes clamps, wraps, truncates or rounds. */
const castValues = {
  float32: [0, -0, 0.3, -0.7, 1.5, -1.5, 255.9, 256, -1, 300, 2147483520, 2147483648, -2147483648, 3e9, 4294967040],
  float64: [0, 0.1, -0.7, 1.5, 255.5, 2147483647.5, -2147483648.5, 4294967295.5, 16777217, 1e-30, 1e30],
  float16: [0, -0, 0.3, -0.7, 1.5, -1.5, 255.5, 256, -1, 300, 65504, -65504, 2 ** -14, 3 * 2 ** -24, -(2 ** -24)],
  int32: [0, 1, -1, 255, 256, -129, 16777217, 2147483647, -2147483648],
  uint32: [0, 1, 255, 256, 16777217, 2147483648, 4294967295],
  uint8: [0, 1, 2, 127, 128, 255],
  bool: [0, 1],
} as const;

/** Numbers between two float16 numbers: ties, numbers beside ties, denormal numbers, and the ends of the range. */
const betweenHalves = [
  ...[1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -22, -1 - 2 ** -11, 2048 + 1, 2048 + 3, 1024.5, 65519, 65520],
  ...[
    -65520,
    65536,
    2 ** -14 - 2 ** -25,
    2 ** -15 + 2 ** -25,
    2 ** -25,
    3 * 2 ** -25,
    2 ** -25 * 1.001,
    2 ** -26,
    -1e-8,
  ],
];

const beyond = [Infinity, -Infinity, NaN, 1e10, -1e10];

const bitcasts: readonly (readonly [from: DType, to: DType, elements: readonly number[]])[] = [
  ['float32', 'int32', [0, 1, -1, 0.1, 3e38, Infinity, -Infinity]],
  ['float32', 'uint32', [0, 1, -1, 0.1, 3e38, Infinity, -Infinity]],
  ['int32', 'float32', [0, 1065353216, -1082130432, 2139095040]],
  ['uint32', 'float32', [0, 1065353216, 3212836864, 4286578688]],
  ['int32', 'uint32', [0, -1, -2147483648, 5]],
  ['uint32', 'int32', [0, 4294967295, 2147483648, 5]],
  ['float32', 'float32', [0, 1.5, -2]],
  ['float64', 'float64', [0, 1.5, -2]],
  ['float16', 'float16', [0, 1.5, -2]],
  ['uint8', 'uint8', [0, 200]],
  ['bool', 'bool', [0, 1]],
];

const shapes: readonly (readonly [name: string, shape: Shape])[] = [
  ['three axes', [3, 5, 7]],
  ['vector', [130]],
  ['scalar', []],
  ['empty axis', [2, 0]],
];

/** Test samples of the operators that convert or select elements. */
export const elementwiseConversionSamples: { readonly [K in ElementwiseConversionOp]: readonly Sample<K>[] } = {
  cast: [
    ...dtypeNames.flatMap((from) => dtypeNames.flatMap((to) => castSamples(from, to))),
    // Casts to float32 round, so only casts from float64 to float64 can be compared with finite differences.
    { name: 'three axes float64', operands: [uniform('float64', [3, 5, 7])], attributes: { dtype: 'float64' } },
    { name: 'scalar', operands: [uniform('float32', [])], attributes: { dtype: 'int32' }, exempt: 'steps' },
    { name: 'empty axis', operands: [uniform('float32', [2, 0])], attributes: { dtype: 'int32' }, exempt: 'steps' },
    ...(['float32', 'float64'] as const).map(
      (from): Sample<'cast'> => ({
        name: `${from} to float16, rounded`,
        operands: [values(from, betweenHalves)],
        attributes: { dtype: 'float16' },
        exempt: 'steps',
      }),
    ),
    {
      name: 'vector to float16',
      operands: [uniform('float32', [130])],
      attributes: { dtype: 'float16' },
      exempt: 'steps',
    },
    {
      name: 'vector from float16',
      operands: [uniform('float16', [130])],
      attributes: { dtype: 'float32' },
      exempt: 'steps',
    },
  ],
  bitcast: [
    ...bitcasts.map(
      ([from, to, elements]): Sample<'bitcast'> => ({
        name: `${from} as ${to}`,
        operands: [values(from, elements)],
        attributes: { dtype: to },
        exempt: 'steps',
      }),
    ),
    { name: 'vector', operands: [uniform('float32', [130])], attributes: { dtype: 'int32' }, exempt: 'steps' },
    { name: 'scalar', operands: [uniform('float32', [])], attributes: { dtype: 'int32' }, exempt: 'steps' },
    { name: 'empty axis', operands: [uniform('float32', [0])], attributes: { dtype: 'int32' }, exempt: 'steps' },
  ],
  stopGradient: dtypeNames.flatMap((dtype) =>
    shapes.map(([name, shape]) => ({
      name: `${name} ${dtype}`,
      operands: [anyOf(dtype, shape)],
      attributes: {},
      exempt: sizeOf(shape) > 0 ? 'stopped' : undefined,
    })),
  ),
  select: [
    ...dtypeNames.flatMap((dtype) =>
      shapes.map(([name, shape]) => ({
        name: `${name} ${dtype}`,
        operands: [integers('bool', shape, 0, 1), anyOf(dtype, shape), anyOf(dtype, shape)],
        attributes: {},
      })),
    ),
    {
      name: 'special values that are not selected',
      operands: [values('bool', [1, 0]), values('float32', [1, NaN]), values('float32', [Infinity, 2])],
      attributes: {},
      exempt: 'special',
    },
  ],
};

function castSamples(from: DType, to: DType): readonly Sample<'cast'>[] {
  const name = `${from} to ${to}`;
  const cases: Sample<'cast'>[] = [
    { name, operands: [values(from, castValues[from])], attributes: { dtype: to }, exempt: 'steps' },
  ];
  if (isFloat(from)) {
    cases.push({
      name: `${name}, not representable`,
      operands: [values(from, beyond)],
      attributes: { dtype: to },
      exempt: 'special',
    });
  }
  return cases;
}

function anyOf(dtype: DType, shape: Shape): SampleOperand {
  return isFloat(dtype) ? uniform(dtype, shape) : integers(dtype, shape, 0, 1);
}
