import type { DType } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import type { Sample, SampleOperand, SampleWith } from '../sample.ts';
import { distinct, integers, uniform, values } from '../sample-operands.ts';
import type { ReduceOp } from './reduce.ts';

type Make = (dtype: DType, shape: Shape) => SampleOperand;
type ReductionSample = SampleWith<{ readonly axes: readonly number[] }>;
type IndexSample = SampleWith<{ readonly axis: number }>;

const floats: readonly DType[] = ['float32', 'float64', 'float16'];
const cases: readonly (readonly [name: string, shape: Shape, axes: readonly number[]])[] = [
  ['inner axis', [3, 5, 7], [2]],
  ['middle axis', [3, 5, 7], [1]],
  ['outer axis', [3, 5, 7], [0]],
  ['outer and inner axis', [3, 5, 7], [0, 2]],
  ['all axes', [3, 5, 7], [0, 1, 2]],
  ['vector', [130], [0]],
  ['no axes', [2, 3], []],
  ['scalar', [], []],
  ['axis of one', [4, 1], [1]],
  ['empty reduced axis', [2, 0, 3], [1]],
  ['empty kept axis', [2, 0, 3], [2]],
];

/** Test samples of the reductions and of `cumSum`. Samples for comparing gradients contain no equal elements. */
export const reduceSamples: { readonly [K in ReduceOp]: readonly Sample<K>[] } = {
  reduceSum: [
    ...smooth(uniform),
    ...special([1, Infinity, 2, -Infinity, NaN, 3]),
    ...integral(),
    of('rows and columns beyond a block', uniform('float32', [67, 131]), [0]),
    of('long rows', uniform('float32', [3, 1027]), [1]),
    of('wraps int32', values('int32', [2147483647, 2147483647, 2]), [0]),
    of('wraps uint8', values('uint8', [200, 100, 7]), [0]),
  ],
  reduceProd: [
    ...smooth((dtype, shape) => uniform(dtype, shape, 0.7, 1.3)),
    ...smooth((dtype, shape) => values(dtype, [-1.1, 0.9, 1.2, -0.8, 1.05], shape), 'negative, '),
    ...special([1, Infinity, 2, -Infinity, NaN, 3]),
    ...zeros(),
    ...integral(),
    of('wraps int32', values('int32', [65537, 65537, -3]), [0]),
    of('wraps uint8', values('uint8', [200, 100, 7]), [0]),
  ],
  reduceMax: [
    ...smooth(distinct).map(checkedWhereFinite),
    ...special([1, 1, 0, NaN, 2, 3, -Infinity, -Infinity, -Infinity], [3, 3], 'ties, NaN and infinities, '),
    ...integral(),
    ...truths(),
    of('long rows', distinct('float32', [3, 1027]), [1]),
  ],
  reduceMin: [
    ...smooth(distinct).map(checkedWhereFinite),
    ...special([1, 1, 2, NaN, 2, 3, Infinity, Infinity, Infinity], [3, 3], 'ties, NaN and infinities, '),
    ...integral(),
    ...truths(),
    of('long rows', distinct('float32', [3, 1027]), [1]),
  ],
  argMax: indexCases([1, 3, 3, 2, NaN, NaN, -Infinity, -Infinity, -Infinity, 0, -0, 0]),
  argMin: indexCases([1, 1, 3, 2, NaN, NaN, Infinity, Infinity, Infinity, 0, -0, 0]),
  cumSum: [
    ...floats.flatMap((dtype) => sums(dtype, uniform)),
    ...sums('int32', (dtype, shape) => integers(dtype, shape, -9, 9)),
    sum('vector uint32', integers('uint32', [130], 0, 9), 0, false, false),
    sum('wraps int32', values('int32', [2147483647, 2147483647, 2]), 0, false, false),
    sum('wraps uint8', values('uint8', [200, 100, 7]), 0, false, true),
    { ...sum('NaN', values('float32', [1, NaN, 2]), 0, true, false), exempt: 'special' },
  ],
};

function smooth(make: Make, about = ''): readonly ReductionSample[] {
  return floats.flatMap((dtype) =>
    cases.map(([name, shape, axes]) => of(`${about}${name} ${dtype}`, make(dtype, shape), axes)),
  );
}

/**
 * Exempts a sample that reduces an empty axis from the comparison with finite differences, because its result is
 * infinite.
 */
function checkedWhereFinite(sample: ReductionSample): ReductionSample {
  const reducesElements = sample.attributes.axes.every((axis) => sample.operands[0].shape[axis] > 0);
  return reducesElements ? sample : { ...sample, exempt: 'special' };
}

function special(
  elements: readonly number[],
  shape: Shape = [2, 3],
  about = 'special values, ',
): readonly ReductionSample[] {
  return floats.flatMap((dtype) =>
    [[0], [1]].map((axes) => ({
      ...of(`${about}axis ${axes[0]} ${dtype}`, values(dtype, elements, shape), axes),
      exempt: 'special',
    })),
  );
}

/** Returns samples of products of elements with no, one and two zeros along each axis. */
function zeros(): readonly ReductionSample[] {
  return floats.flatMap((dtype) =>
    [[0], [1], [0, 1]].map((axes) =>
      of(`no, one and two zeros, axes ${axes} ${dtype}`, values(dtype, [2, 0, 3, 0.5, 4, 5, 0, 0, 7], [3, 3]), axes),
    ),
  );
}

function integral(): readonly ReductionSample[] {
  return [
    of('inner axis int32', integers('int32', [3, 5, 7], -9, 9), [2]),
    of('outer and inner axis int32', integers('int32', [3, 5, 7], -9, 9), [0, 2]),
    of('vector uint32', integers('uint32', [130], 0, 4e9), [0]),
    of('outer axis uint8', integers('uint8', [3, 5, 7], 0, 255), [0]),
    of('empty reduced axis int32', integers('int32', [2, 0], 0, 1), [1]),
    of('empty reduced axis uint32', integers('uint32', [2, 0], 0, 1), [1]),
    of('empty reduced axis uint8', integers('uint8', [0], 0, 1), [0]),
  ];
}

function truths(): readonly ReductionSample[] {
  return [
    of('inner axis bool', integers('bool', [3, 5, 7], 0, 1), [2]),
    of('outer axis bool', integers('bool', [2, 130], 0, 1), [0]),
    of('all alike bool', values('bool', [0, 0, 0, 1, 1, 1], [2, 3]), [1]),
    of('empty reduced axis bool', integers('bool', [2, 0], 0, 1), [1]),
  ];
}

function indexCases(special: readonly number[]): readonly IndexSample[] {
  return [
    ...floats.flatMap((dtype) => [
      indexCase(`inner axis ${dtype}`, distinct(dtype, [3, 5, 7]), 2),
      indexCase(`middle axis ${dtype}`, distinct(dtype, [3, 5, 7]), 1),
      indexCase(`outer axis ${dtype}`, distinct(dtype, [3, 5, 7]), 0),
      indexCase(`vector ${dtype}`, distinct(dtype, [130]), 0),
      indexCase(`axis of one ${dtype}`, distinct(dtype, [4, 1]), 1),
      indexCase(`one element ${dtype}`, distinct(dtype, [1]), 0),
      indexCase(`empty kept axis ${dtype}`, distinct(dtype, [0, 3]), 1),
      indexCase(`ties, NaN and infinities ${dtype}`, values(dtype, special, [4, 3]), 1),
    ]),
    indexCase('ties int32', integers('int32', [3, 5, 7], -2, 2), 1),
    indexCase('edges int32', values('int32', [-2147483648, 2147483647, -2147483648, 2147483647]), 0),
    indexCase('ties uint32', integers('uint32', [130], 0, 4e9), 0),
    indexCase('ties uint8', integers('uint8', [5, 9], 0, 3), 1),
  ];
}

function sums(dtype: DType, make: Make): readonly Sample<'cumSum'>[] {
  const modes = [
    ['', false, false],
    ['exclusive ', false, true],
    ['reverse ', true, false],
    ['reverse exclusive ', true, true],
  ] as const;
  return modes.flatMap(([mode, reverse, exclusive]) => [
    sum(`${mode}inner axis ${dtype}`, make(dtype, [3, 5, 7]), 2, reverse, exclusive),
    sum(`${mode}middle axis ${dtype}`, make(dtype, [3, 5, 7]), 1, reverse, exclusive),
    sum(`${mode}vector ${dtype}`, make(dtype, [130]), 0, reverse, exclusive),
    sum(`${mode}axis of one ${dtype}`, make(dtype, [1]), 0, reverse, exclusive),
    sum(`${mode}empty axis ${dtype}`, make(dtype, [2, 0]), 1, reverse, exclusive),
  ]);
}

function of(name: string, operand: SampleOperand, axes: readonly number[]): ReductionSample {
  return { name, operands: [operand], attributes: { axes } };
}

function indexCase(name: string, operand: SampleOperand, axis: number): IndexSample {
  return { name, operands: [operand], attributes: { axis } };
}

function sum(
  name: string,
  operand: SampleOperand,
  axis: number,
  reverse: boolean,
  exclusive: boolean,
): Sample<'cumSum'> {
  return { name, operands: [operand], attributes: { axis, reverse, exclusive } };
}
