import type { ScatterMode } from '../../graph/graph.ts';
import { type DType, dtypeNames } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import { anyOf, indicesInto } from '../layout/recipes.ts';
import type { Exemption, Sample, SampleOperand } from '../sample.ts';
import { values } from '../sample-operands.ts';
import type { IndexingOps } from './indexing.ts';

const modes: readonly ScatterMode[] = ['set', 'add', 'mul', 'max', 'min'];

/**
 * Returns the reason not to compare gradients with finite differences: mode `mul` has no gradient. Undefined for all
 * other modes.
 */
function exemptionOf(mode: ScatterMode): Exemption | undefined {
  return mode === 'mul' ? 'none' : undefined;
}

function scatterElements(
  name: string,
  shape: Shape,
  indices: SampleOperand,
  axis: number,
  mode: ScatterMode,
  dtype: DType = 'float32',
): Sample<'scatterElements'> {
  return {
    name: `${mode}, ${name}`,
    operands: [anyOf(dtype, shape), indices, anyOf(dtype, indices.shape)],
    attributes: { axis, mode },
    exempt: exemptionOf(mode),
  };
}

function scatterND(
  name: string,
  shape: Shape,
  indices: SampleOperand,
  mode: ScatterMode,
  dtype: DType = 'float32',
): Sample<'scatterND'> {
  const depth = indices.shape[indices.shape.length - 1];
  return {
    name: `${mode}, ${name}`,
    operands: [anyOf(dtype, shape), indices, anyOf(dtype, [...indices.shape.slice(0, -1), ...shape.slice(depth)])],
    attributes: { mode },
    exempt: exemptionOf(mode),
  };
}

function gather(
  name: string,
  shape: Shape,
  axis: number,
  indices: SampleOperand,
  dtype: DType = 'float32',
): Sample<'gather'> {
  return { name, operands: [anyOf(dtype, shape), indices], attributes: { axis } };
}

function gatherElements(
  name: string,
  shape: Shape,
  axis: number,
  indices: SampleOperand,
  dtype: DType = 'float32',
): Sample<'gatherElements'> {
  return { name, operands: [anyOf(dtype, shape), indices], attributes: { axis } };
}

function gatherND(
  name: string,
  shape: Shape,
  batchDims: number,
  indices: SampleOperand,
  dtype: DType = 'float32',
): Sample<'gatherND'> {
  return { name, operands: [anyOf(dtype, shape), indices], attributes: { batchDims } };
}

/** Returns the scatter modes that a dtype supports. */
function modesOf(dtype: DType): readonly ScatterMode[] {
  return dtype === 'bool' ? ['set', 'max', 'min'] : modes;
}

/** Test samples of gathers and scatters. */
export const indexingSamples: { readonly [K in IndexingOps]: readonly Sample<K>[] } = {
  gather: [
    ...dtypeNames.map((dtype) => gather(dtype, [5, 3], 0, indicesInto(5, [4]), dtype)),
    gather('one index', [5, 3], 0, values('int32', [4], [])),
    gather('last axis', [3, 5], 1, indicesInto(5, [7])),
    gather('middle axis, two axes of indices', [2, 5, 3], 1, indicesInto(5, [2, 3])),
    gather('axis of one element', [1, 3], 0, indicesInto(1, [2])),
    gather('no indices', [5, 3], 0, indicesInto(5, [0])),
    gather('no indices into an empty axis', [0, 3], 0, indicesInto(1, [0])),
    gather('of empty rows', [5, 0], 0, indicesInto(5, [3])),
    gather('embedding', [37, 19], 0, indicesInto(37, [5, 11])),
  ],
  gatherElements: [
    ...dtypeNames.map((dtype) => gatherElements(dtype, [3, 4], 1, indicesInto(4, [3, 2]), dtype)),
    gatherElements('one axis', [5], 0, indicesInto(5, [9])),
    gatherElements('shorter on other axes', [5, 4, 3], 1, indicesInto(4, [2, 6, 3])),
    gatherElements('first axis', [5, 3], 0, indicesInto(5, [2, 3])),
    gatherElements('no indices', [5, 3], 0, indicesInto(5, [0, 3])),
    gatherElements('large', [23, 41], 1, indicesInto(41, [23, 17])),
  ],
  gatherND: [
    ...dtypeNames.map((dtype) => gatherND(dtype, [3, 3], 0, indicesInto(3, [4, 2]), dtype)),
    gatherND('rows', [5, 3], 0, indicesInto(5, [2, 4, 1])),
    gatherND('one element', [3, 4], 0, values('int32', [2, 1], [2])),
    gatherND('batch axis', [2, 5, 3], 1, indicesInto(5, [2, 4, 1])),
    gatherND('batch axes and all other axes', [2, 3, 4], 2, indicesInto(4, [2, 3, 5, 1])),
    gatherND('no indices', [5, 3], 0, indicesInto(5, [0, 1])),
    gatherND('of empty rows', [5, 0], 0, indicesInto(5, [3, 1])),
    gatherND('large', [13, 13, 7], 0, indicesInto(13, [29, 2])),
  ],
  scatterElements: [
    ...dtypeNames.flatMap((dtype) =>
      modesOf(dtype).map((mode) => scatterElements(dtype, [3, 4], indicesInto(4, [3, 6]), 1, mode, dtype)),
    ),
    ...modes.map((mode) =>
      scatterElements('unique indices', [3, 4], values('int32', [1, 3, 0, 2, 3, 0], [3, 2]), 1, mode),
    ),
    scatterElements('one axis', [5], indicesInto(5, [9]), 0, 'add'),
    scatterElements('repeated indices', [3, 4], values('int32', [1, 1, 1, 3], [3, 9]), 1, 'set'),
    scatterElements('no indices', [5, 3], indicesInto(5, [0, 3]), 0, 'set'),
    scatterElements('shorter on other axes', [5, 4, 3], indicesInto(4, [2, 6, 3]), 1, 'add'),
    scatterElements('no indices', [5, 3], indicesInto(5, [0, 3]), 0, 'add'),
    scatterElements('axis of one element', [1, 3], indicesInto(1, [4, 3]), 0, 'add'),
    scatterElements('large', [23, 41], indicesInto(23, [50, 41]), 0, 'add'),
  ],
  scatterND: [
    ...dtypeNames.flatMap((dtype) =>
      modesOf(dtype).map((mode) => scatterND(dtype, [5, 3], indicesInto(5, [4, 1]), mode, dtype)),
    ),
    ...modes.map((mode) => scatterND('unique indices', [5, 3], values('int32', [4, 0, 2], [3, 1]), mode)),
    scatterND('elements', [3, 3], indicesInto(3, [7, 2]), 'add'),
    scatterND('elements with repeated indices', [3, 3], indicesInto(3, [4, 9, 2]), 'set'),
    scatterND('slices at one index', [4, 3], values('int32', [2], [5, 1]), 'set'),
    scatterND('one element', [3, 4], values('int32', [2, 1], [2]), 'set'),
    scatterND('no indices', [5, 3], indicesInto(5, [0, 1]), 'set'),
    scatterND('one element', [3, 4], values('int32', [2, 1], [2]), 'add'),
    scatterND('no indices', [5, 3], indicesInto(5, [0, 1]), 'add'),
    scatterND('of empty rows', [5, 0], indicesInto(5, [3, 1]), 'add'),
    scatterND('two axes of indices', [5, 3, 2], indicesInto(3, [2, 4, 2]), 'add'),
    scatterND('embedding gradient', [37, 19], indicesInto(37, [5, 11, 1]), 'add'),
  ],
};
