import type { None } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import type { Sample, SampleOperand, SampleWith } from '../sample.ts';
import { distinct, integers, uniform, values } from '../sample-operands.ts';
import type { ElementwiseBinaryOp } from './binary.ts';

type BinarySample = SampleWith<None>;
type Make = (dtype: DType, shape: Shape) => SampleOperand;
type Pair = readonly [x: number, y: number];

const floats: readonly DType[] = ['float32', 'float64', 'float16'];
const shapes: readonly (readonly [name: string, shape: Shape])[] = [
  ['three axes', [3, 5, 7]],
  ['vector', [130]],
  ['scalar', []],
  ['one element', [1, 1]],
  ['empty axis', [2, 0, 3]],
];

/** Pairs of operands, including equal numbers, zeros, infinities and NaN. */
const specialPairs: readonly Pair[] = [
  [0, 0],
  [1, 1],
  [-2.5, -2.5],
  [NaN, 1],
  [1, NaN],
  [NaN, NaN],
  [Infinity, 1],
  [1, Infinity],
  [-Infinity, Infinity],
  [Infinity, Infinity],
  [-Infinity, 2],
  [2, -Infinity],
  [0, 2],
  [2, 0],
  [-2, 0],
  [1e30, -1e30],
];

const edgePairs = {
  int32: [
    [-2147483648, -1],
    [-2147483648, 1],
    [2147483647, 2147483647],
    [2147483647, 1],
    [-2147483648, -2147483648],
    [7, 0],
    [-7, 0],
    [0, 0],
    [7, -2],
    [-7, 2],
    [-7, -2],
    [123456789, 987654321],
    [65537, 65537],
  ],
  uint32: [
    [4294967295, 4294967295],
    [4294967295, 1],
    [0, 1],
    [7, 0],
    [0, 0],
    [2147483648, 3],
    [3000000000, 2999999999],
    [65537, 65537],
  ],
  uint8: [
    [255, 255],
    [255, 1],
    [0, 1],
    [7, 0],
    [0, 0],
    [200, 100],
    [16, 17],
  ],
} as const;

/** Pairs of a base and an exponent for which IEEE 754 defines the result. */
const powerPairs: readonly Pair[] = [
  [NaN, 0],
  [0, 0],
  [Infinity, 0],
  [0, 2],
  [0, 0.5],
  [0, -1],
  [1, NaN],
  [1, Infinity],
  [-1, Infinity],
  [2, Infinity],
  [0.5, Infinity],
  [2, -Infinity],
  [Infinity, 2],
  [Infinity, -2],
  [-Infinity, 3],
  [-Infinity, 2],
  [-2, 3],
  [-2, 2],
  [-2, -3],
  [-2, 0.5],
  [NaN, 2],
  [2, NaN],
  [10, 30],
  [10, -30],
  [1.0001, 10000],
];

/**
 * Test samples of the binary elementwise operators. Samples for comparing gradients contain no points at which an
 * operator is not differentiable.
 */
export const elementwiseBinarySamples: { readonly [K in ElementwiseBinaryOp]: readonly Sample<K>[] } = {
  add: [...smooth(uniform, uniform), ...special(specialPairs), ...integral()],
  sub: [...smooth(uniform, uniform), ...special(specialPairs), ...integral()],
  mul: [...smooth(uniform, uniform), ...special(specialPairs), ...integral()],
  div: [
    ...smooth(uniform, (dtype, shape) => uniform(dtype, shape, 0.5, 2.5)),
    ...smooth(uniform, (dtype, shape) => uniform(dtype, shape, -2.5, -0.5), 'negative divisor, '),
    ...special(specialPairs),
    ...integral(),
  ],
  rem: [
    ...smooth(
      (dtype, shape) => values(dtype, [0.7, 1.9, -2.3, 5.6, -0.4], shape),
      (dtype, shape) => values(dtype, [1.5, -0.8, 1.3, 2.2, -0.9], shape),
    ),
    ...special([...specialPairs, [5.5, 1.5], [-5.5, 1.5], [5.5, -1.5], [6, 2], [1e6, 7]]),
    ...integral(),
  ],
  pow: [
    ...smooth(
      (dtype, shape) => uniform(dtype, shape, 0.3, 3),
      (dtype, shape) => uniform(dtype, shape, -2, 3),
    ),
    ...special(powerPairs),
  ],
  max: [...smooth(distinct, whole), ...special(specialPairs), ...integral()],
  min: [...smooth(distinct, whole), ...special(specialPairs), ...integral()],
  equal: [...smooth(whole, whole), ...special(specialPairs), ...integral(), ...truths()],
  less: [...smooth(whole, whole), ...special(specialPairs), ...integral()],
  lessEqual: [...smooth(whole, whole), ...special(specialPairs), ...integral()],
  and: [...integral(), ...truths()],
  or: [...integral(), ...truths()],
  xor: [...integral(), ...truths()],
  shiftLeft: shifts(),
  shiftRight: shifts(),
};

function whole(dtype: DType, shape: Shape): SampleOperand {
  return integers(dtype, shape, -5, 5);
}

function smooth(x: Make, y: Make, about = ''): readonly BinarySample[] {
  return floats.flatMap((dtype) =>
    shapes.map(([name, shape]) => two(`${about}${name} ${dtype}`, x(dtype, shape), y(dtype, shape))),
  );
}

function special(pairs: readonly Pair[]): readonly BinarySample[] {
  return floats.map((dtype) => ({ ...ofPairs(`special values ${dtype}`, dtype, pairs), exempt: 'special' }));
}

function integral(): readonly BinarySample[] {
  return [
    two('three axes int32', integers('int32', [3, 5, 7], -9, 9), integers('int32', [3, 5, 7], -3, 3)),
    ofPairs('edges int32', 'int32', edgePairs.int32),
    two('vector uint32', integers('uint32', [130], 0, 9), integers('uint32', [130], 0, 3)),
    ofPairs('edges uint32', 'uint32', edgePairs.uint32),
    two('vector uint8', integers('uint8', [130], 0, 255), integers('uint8', [130], 0, 255)),
    ofPairs('edges uint8', 'uint8', edgePairs.uint8),
    two('scalar int32', values('int32', [-7], []), values('int32', [3], [])),
    two('empty axis int32', whole('int32', [0, 4]), whole('int32', [0, 4])),
  ];
}

function truths(): readonly BinarySample[] {
  return [
    two('three axes bool', integers('bool', [3, 5, 7], 0, 1), integers('bool', [3, 5, 7], 0, 1)),
    two('scalar bool', values('bool', [1], []), values('bool', [0], [])),
    two('empty axis bool', integers('bool', [0], 0, 1), integers('bool', [0], 0, 1)),
  ];
}

function shifts(): readonly BinarySample[] {
  const amounts = [0, 1, 7, 8, 31, 32, 33, 4294967295];
  return [
    two('three axes int32', integers('int32', [3, 5, 7], -1e9, 1e9), integers('uint32', [3, 5, 7], 0, 31)),
    two('vector uint32', integers('uint32', [130], 0, 4e9), integers('uint32', [130], 0, 31)),
    two('vector uint8', integers('uint8', [130], 0, 255), integers('uint32', [130], 0, 7)),
    two('amounts beyond the width int32', values('int32', [-1], [8]), values('uint32', amounts)),
    two('amounts beyond the width uint32', values('uint32', [4000000001], [8]), values('uint32', amounts)),
    two('amounts beyond the width uint8', values('uint8', [201], [8]), values('uint32', amounts)),
    two('scalar int32', values('int32', [-7], []), values('uint32', [1], [])),
    two('empty axis uint32', integers('uint32', [0], 0, 1), integers('uint32', [0], 0, 1)),
  ];
}

function ofPairs(name: string, dtype: DType, pairs: readonly Pair[]): BinarySample {
  return two(
    name,
    values(
      dtype,
      pairs.map(([x]) => x),
    ),
    values(
      dtype,
      pairs.map(([, y]) => y),
    ),
  );
}

function two(name: string, x: SampleOperand, y: SampleOperand): BinarySample {
  return { name, operands: [x, y], attributes: {} };
}
