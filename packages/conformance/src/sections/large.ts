import { type AxisPair, type DType, graphBuilder, isFloat, type OpName, opNames, type Shape } from '@manabi/ir';
import { materialize, type Sample, type SampleOperand, sampleGraph, sampleInputs } from '@manabi/ir/samples';
import type { Case, Section } from '../matrix.ts';
import { familyOf } from './family.ts';
import { firstOfEachDtype } from './first-samples.ts';

/** Length of a vector: a prime number larger than any block of vector lanes or rows. */
const LENGTH = 4099;

/** A shape with three different lengths, none a multiple of four. */
const CUBE: Shape = [13, 37, 11];

/** Sizes of matrix products, just below and above the sizes of tiles, of panels, and of blocks of long sums. */
const DOTS: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 1030],
  [1, 67, 129],
  [67, 1, 129],
  [2, 3, 515],
  [5, 9, 7],
  [4, 8, 4],
  [7, 15, 1],
  [9, 33, 65],
  [33, 17, 31],
  [65, 34, 67],
  [130, 5, 12],
  [6, 131, 66],
];

/**
 * Section of the test matrix with elementwise operators, reductions along every axis, and matrix products of large
 * shapes, which consist of full vectors, tiles or blocks and a remainder.
 */
export const largeSection: Section = {
  name: 'large',
  groups: opNames.map((op) => ({ name: op, family: familyOf(op), cases: () => largeCases(op) })),
};

function largeCases(op: OpName): readonly Case[] {
  switch (operatorsKind(op)) {
    case 'elementwise':
      return elementwiseCases(op);
    case 'along axes':
      return axisCases(op);
    case 'dot':
      return dotCases();
    case 'other':
      return [];
  }
}

function operatorsKind(op: OpName): 'elementwise' | 'along axes' | 'dot' | 'other' {
  if (op === 'dot') return 'dot';
  const family = familyOf(op);
  if (family === 'elementwise') return 'elementwise';
  return family === 'reduce' || family === 'argReduce' || family === 'scan' ? 'along axes' : 'other';
}

/** Returns cases with `LENGTH` elements, based on the first sample of each dtype. */
function elementwiseCases<K extends OpName>(op: K): readonly Case[] {
  return firstOfEachDtype(op).map((sample) => enlarged(op, sample, [LENGTH]));
}

/** Returns cases of a reduction or scan of an array with three axes, along each axis and each combination of axes. */
function axisCases<K extends OpName>(op: K): readonly Case[] {
  return firstOfEachDtype(op).flatMap((sample) =>
    axisAttributes(sample).map((attributes) => enlarged(op, { ...sample, attributes }, CUBE)),
  );
}

/** Returns the attributes of a sample, changed to each choice of one or more of three axes. */
function axisAttributes<K extends OpName>({ attributes }: Sample<K>): readonly Sample<K>['attributes'][] {
  if ('axes' in attributes)
    return [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]].map((axes) => ({ ...attributes, axes }));
  return [0, 1, 2].map((axis) => ({ ...attributes, axis }));
}

function enlarged<K extends OpName>(op: K, sample: Sample<K>, shape: Shape): Case {
  const large = { ...sample, operands: sample.operands.map((operand) => ({ ...operand, shape })) };
  return {
    name: `${sample.name} as [${shape.join()}] ${JSON.stringify(sample.attributes)}`,
    graph: sampleGraph(op, large),
    inputs: sampleInputs(large, 7),
  };
}

/** Returns cases of matrix products, with each operand transposed or not, and with or without a batch axis. */
function dotCases(): readonly Case[] {
  const forms: readonly (readonly [leftFirst: boolean, rightFirst: boolean])[] = [
    [false, true],
    [false, false],
    [true, true],
    [true, false],
  ];
  return DOTS.flatMap(([m, n, k], i) => {
    const dtypes: readonly DType[] = i % 3 === 0 ? ['float32', 'int32', 'float64', 'uint32'] : ['float32'];
    return dtypes.flatMap((dtype) =>
      forms
        .filter((_, form) => dtype === 'float32' || form === i % 4)
        .map(([leftFirst, rightFirst]) => dotCase(dtype, m, n, k, leftFirst, rightFirst, i % 4 === 1 ? 3 : 1)),
    );
  });
}

function dotCase(
  dtype: DType,
  m: number,
  n: number,
  k: number,
  leftFirst: boolean,
  rightFirst: boolean,
  batch: number,
): Case {
  const b = graphBuilder();
  const rank = batch > 1 ? 1 : 0;
  const outer = batch > 1 ? [batch] : [];
  const operand = (shape: Shape): SampleOperand => ({
    dtype,
    shape,
    fill: isFloat(dtype) ? { kind: 'uniform', low: -1, high: 1 } : { kind: 'integers', low: 0, high: 9 },
  });
  const left = operand([...outer, ...(leftFirst ? [k, m] : [m, k])]);
  const right = operand([...outer, ...(rightFirst ? [k, n] : [n, k])]);
  const pairs: readonly AxisPair[] = rank > 0 ? [[0, 0]] : [];
  const x = b.input(left);
  const y = b.input(right);
  const product = b.dot(x, y, pairs, [[rank + (leftFirst ? 0 : 1), rank + (rightFirst ? 0 : 1)]]);
  return {
    name: `${dtype} [${left.shape.join()}] times [${right.shape.join()}]`,
    graph: b.finish([product]),
    inputs: [materialize(left, 1), materialize(right, 2)],
  };
}
