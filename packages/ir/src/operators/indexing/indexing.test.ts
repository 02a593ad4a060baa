import { describe, expect, test } from '@jest/globals';
import { vjpGraph } from '../../autodiff/reverse.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, ScatterMode, Value } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import type { DType } from '../../types/dtype.ts';
import { hostArray } from '../../types/host-array.ts';
import { type Shape, sizeOf, type TensorType } from '../../types/shape.ts';
import { evaluatePointwise } from '../evaluate-lowering.fixture.ts';
import { graphBuilder } from '../graph-builder.ts';
import { fillReference } from '../reference-array.ts';
import { indexingLowering } from './indexing.lowering.ts';
import { indexing } from './indexing.ts';
import { indexingVjp } from './indexing.vjp.ts';

const type = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });

function run(build: (b: GraphBuilder) => Value): number[] {
  const b = graphBuilder();
  return [...interpret(b.finish([build(b)]), [])[0].data];
}

/** Creates an int32 constant whose elements are 0, 1, 2, … in row-major order. */
function counted(b: GraphBuilder, shape: Shape): Value {
  const size = shape.reduce((product, length) => product * length, 1);
  return b.reshape(b.iota('int32', [size], 0), shape);
}

function constantIndices(b: GraphBuilder, values: readonly number[], shape: Shape = [values.length]): Value {
  return b.constant(values, 'int32', shape);
}

/** Returns the gradients of a scatter by x and by the updates, for the cotangents 10, 20, 30, … of its result. */
function gradients<K extends 'scatterElements' | 'scatterND'>(
  op: K,
  attributes: Attributes[K],
  shape: Shape,
  rows: Shape,
  indices: readonly number[],
  updates: Shape,
  values: { readonly x?: readonly number[]; readonly updates?: readonly number[] } = {},
): readonly number[][] {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float64', shape });
  const changes = b.input({ dtype: 'float64', shape: updates });
  const results = b.emit(op, [x, constantIndices(b, indices, rows), changes], attributes);
  const backward = vjpGraph(b.finish(results), { wrt: [0, 1] });
  const filled = (wanted: Shape, given: readonly number[] = []) =>
    hostArray(
      'float64',
      wanted,
      Float64Array.from({ length: sizeOf(wanted) }, (_, i) => given[i] ?? i),
    );
  const cotangent = hostArray(
    'float64',
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => 10 * (i + 1)),
  );
  const [, ...slopes] = interpret(backward, [filled(shape, values.x), filled(updates, values.updates), cotangent]);
  return slopes.map(({ data }) => [...data]);
}

function refused(build: () => unknown, code: string, data: object = {}): void {
  expect(build).toThrow(expect.objectContaining({ code, data: expect.objectContaining(data) }));
}

describe('gather', () => {
  test('takes slices along an axis like NumPy take', () => {
    expect(run((b) => b.gather(counted(b, [3, 2]), constantIndices(b, [2, 0, 2]), 0))).toEqual([4, 5, 0, 1, 4, 5]);
    expect(run((b) => b.gather(counted(b, [2, 3]), constantIndices(b, [2, 0]), 1))).toEqual([2, 0, 5, 3]);
  });

  test('replaces the axis by the axes of the indices', () => {
    const shapeOf = (axis: number, ...indices: number[]): Shape =>
      indexing.gather.infer([type('bool', 2, 3, 5), type('int32', ...indices)], { axis })[0].shape;
    expect(shapeOf(1, 7, 8)).toEqual([2, 7, 8, 5]);
    expect(shapeOf(2)).toEqual([2, 3]);
  });

  test('requires int32 indices and a non-empty axis', () => {
    const infer = indexing.gather.infer;
    refused(() => infer([type('int32', 3), type('uint32', 2)], { axis: 0 }), 'dtype', { dtype: 'uint32' });
    refused(() => infer([type('int32', 3), type('int32', 2)], { axis: 1 }), 'axis', { axis: 1 });
    refused(() => infer([type('int32', 0, 3), type('int32', 2)], { axis: 0 }), 'shape', { axis: 0 });
    expect(infer([type('int32', 0, 3), type('int32', 0)], { axis: 0 })).toEqual([type('int32', 0, 3)]);
  });

  test('reports the position of an index out of range', () => {
    refused(() => run((b) => b.gather(counted(b, [3]), constantIndices(b, [0, 3]), 0)), 'index', {
      index: 3,
      place: [1],
      extent: 3,
    });
    refused(() => run((b) => b.gather(counted(b, [3]), constantIndices(b, [-1]), 0)), 'index', { index: -1 });
  });

  test('the lowering reports an index out of range', () => {
    const lowering = indexingLowering.gather;
    const operands = [fillReference(type('int32', 3), (i) => i), fillReference(type('int32', 1), () => 3)];
    const node = { operands, results: [type('int32', 1)], attributes: { axis: 0 } };
    if (lowering.class !== 'pointwise') throw new Error('Expected gather to be pointwise.');
    refused(() => evaluatePointwise(lowering, node, operands), 'index', { index: 3, extent: 3 });
  });
});

describe('gatherElements', () => {
  test('reads each element at its own index like NumPy take_along_axis', () => {
    expect(run((b) => b.gatherElements(counted(b, [2, 3]), constantIndices(b, [2, 0, 1, 1], [2, 2]), 1))).toEqual([
      2, 0, 4, 4,
    ]);
    expect(run((b) => b.gatherElements(counted(b, [2, 3]), constantIndices(b, [1, 0, 1], [1, 3]), 0))).toEqual([
      3, 1, 5,
    ]);
  });

  test('requires indices of the rank of x that are not longer than x on any other axis', () => {
    const infer = indexing.gatherElements.infer;
    refused(() => infer([type('int32', 2, 3), type('int32', 2)], { axis: 0 }), 'shape', { indices: [2] });
    refused(() => infer([type('int32', 2, 3), type('int32', 2, 4)], { axis: 0 }), 'shape', { indices: [2, 4] });
    expect(infer([type('int32', 2, 3), type('int32', 9, 2)], { axis: 0 })[0].shape).toEqual([9, 2]);
  });
});

describe('gatherND', () => {
  // These are the examples in the documentation of ONNX GatherND.
  test('reads elements', () => {
    expect(run((b) => b.gatherND(counted(b, [2, 2]), constantIndices(b, [0, 0, 1, 1], [2, 2]), 0))).toEqual([0, 3]);
  });
  test('reads slices', () => {
    expect(run((b) => b.gatherND(counted(b, [2, 2]), constantIndices(b, [1, 0], [2, 1]), 0))).toEqual([2, 3, 0, 1]);
  });
  test('reads only within the same index of the batch axes', () => {
    expect(run((b) => b.gatherND(counted(b, [2, 2, 2]), constantIndices(b, [1, 0], [2, 1]), 1))).toEqual([2, 3, 4, 5]);
  });

  test('rejects rows of indices that are empty or longer than the number of axes of x after the batch axes', () => {
    const infer = (x: TensorType, indices: TensorType, batchDims: number) => (): unknown =>
      indexing.gatherND.infer([x, indices], { batchDims });
    refused(infer(type('int32', 2, 3), type('int32', 4, 3), 0), 'shape', { depth: 3 });
    refused(infer(type('int32', 2, 3), type('int32', 4, 0), 0), 'shape', { depth: 0 });
    refused(infer(type('int32', 2, 3), type('int32', 2, 2), 1), 'shape', { depth: 2 });
    refused(infer(type('int32', 2, 3), type('int32', 4, 1), 1), 'shape', { batchDims: 1 });
    refused(infer(type('int32', 2, 3), type('int32', 2), 1), 'attribute', { batchDims: 1 });
    refused(infer(type('int32', 2, 3), type('int32'), 0), 'attribute', { batchDims: 0 });
  });
});

describe('scatterElements', () => {
  const scatter = (mode: ScatterMode): number[] =>
    run((b) =>
      b.scatterElements(counted(b, [4]), constantIndices(b, [3, 1, 3]), constantIndices(b, [5, 7, 2]), 0, mode),
    );

  test.each([
    ['set', [0, 7, 2, 2]],
    ['add', [0, 8, 2, 10]],
    ['mul', [0, 7, 2, 30]],
    ['max', [0, 7, 2, 5]],
    ['min', [0, 1, 2, 2]],
  ] as const)('%s combines several updates of the same element in order', (mode, expected) => {
    expect(scatter(mode)).toEqual(expected);
  });

  test('wraps integers on overflow', () => {
    const sum = run((b) =>
      b.scatterElements(b.constant(250, 'uint8', [1]), constantIndices(b, [0]), b.constant(10, 'uint8', [1]), 0, 'add'),
    );
    expect(sum).toEqual([4]);
  });

  test('max propagates NaN', () => {
    const [large] = run((b) =>
      b.scatterElements(
        b.constant(1, 'float32', [1]),
        constantIndices(b, [0, 0], [2]),
        b.constant([Number.NaN, 2], 'float32', [2]),
        0,
        'max',
      ),
    );
    expect(large).toBeNaN();
  });

  test("requires updates of the shape of indices and the dtype of x, and rejects mode 'add' for bool", () => {
    const infer = (x: TensorType, indices: TensorType, updates: TensorType, mode: ScatterMode) => (): unknown =>
      indexing.scatterElements.infer([x, indices, updates], { axis: 0, mode });
    refused(infer(type('int32', 3), type('int32', 2), type('int32', 3), 'set'), 'shape', { expected: [2] });
    refused(infer(type('int32', 3), type('int32', 2), type('uint8', 2), 'set'), 'dtype', {
      dtypes: ['int32', 'uint8'],
    });
    refused(infer(type('bool', 3), type('int32', 2), type('bool', 2), 'add'), 'dtype', { mode: 'add' });
    refused(infer(type('int32', 0), type('int32', 2), type('int32', 2), 'set'), 'shape', { axis: 0 });
  });
});

describe('scatterND', () => {
  test('writes slices', () => {
    expect(
      run((b) =>
        b.scatterND(
          counted(b, [3, 2]),
          constantIndices(b, [2, 0], [2, 1]),
          constantIndices(b, [7, 8, 9, 10], [2, 2]),
          'set',
        ),
      ),
    ).toEqual([9, 10, 2, 3, 7, 8]);
  });

  test('writes elements', () => {
    expect(
      run((b) =>
        b.scatterND(counted(b, [2, 2]), constantIndices(b, [1, 0, 1, 0], [2, 2]), constantIndices(b, [7, 8]), 'add'),
      ),
    ).toEqual([0, 1, 17, 3]);
  });

  test('reports an index out of range', () => {
    refused(
      () => run((b) => b.scatterND(counted(b, [2]), constantIndices(b, [2], [1, 1]), constantIndices(b, [7]), 'set')),
      'index',
      {
        index: 2,
        place: [0, 0],
        extent: 2,
      },
    );
  });

  test('requires updates whose shape is that of the rows of indices, then the remaining axes of x', () => {
    const infer = (x: TensorType, indices: TensorType, updates: TensorType) => (): unknown =>
      indexing.scatterND.infer([x, indices, updates], { mode: 'add' });
    refused(infer(type('int32', 3, 2), type('int32', 4, 1), type('int32', 4)), 'shape', { expected: [4, 2] });
    refused(infer(type('int32', 3, 2), type('int32', 4, 3), type('int32', 4)), 'shape', { indices: [4, 3] });
    refused(infer(type('int32', 3, 2), type('int32'), type('int32', 2)), 'shape', { indices: [] });
  });
});

describe('gradients of scatters', () => {
  test('max splits the cotangent evenly among equal updates and elements of x', () => {
    const gradients = (b: GraphBuilder): readonly (Value | null)[] => {
      const operands = [
        b.constant([1, 3], 'float64', [2]),
        constantIndices(b, [0, 0, 1]),
        b.constant([1, 1, 2], 'float64', [3]),
      ];
      const attributes = { axis: 0, mode: 'max' } as const;
      const results = b.emit('scatterElements', operands, attributes);
      const rule = indexingVjp.scatterElements;
      if (typeof rule !== 'function') throw new Error('Expected a rule for scatterElements.');
      return rule(b, { operands, results, attributes }, [b.constant([6, 12], 'float64', [2])]);
    };
    expect(run((b) => gradients(b)[0] ?? Number.NaN)).toEqual([2, 12]);
    expect(run((b) => gradients(b)[2] ?? Number.NaN)).toEqual([2, 2, 0]);
  });

  test('set assigns the cotangent to the last update of each element', () => {
    const elements = gradients('scatterElements', { axis: 1, mode: 'set' }, [2, 3], [2, 3], [2, 0, 2, 1, 1, 1], [2, 3]);
    expect(elements).toEqual([
      [0, 20, 0, 40, 0, 60],
      [0, 10, 30, 0, 0, 50],
    ]);
  });

  test('set assigns all cotangents of a slice to the same update', () => {
    const slices = gradients('scatterND', { mode: 'set' }, [3, 2], [4, 1], [1, 0, 1, 0], [4, 2]);
    expect(slices).toEqual([
      [0, 0, 0, 0, 50, 60],
      [0, 0, 0, 0, 30, 40, 10, 20],
    ]);
    const cells = gradients('scatterND', { mode: 'set' }, [2, 2], [3, 2], [0, 1, 1, 1, 0, 1], [3]);
    expect(cells).toEqual([
      [10, 0, 30, 0],
      [0, 40, 20],
    ]);
  });

  test.each(['max', 'min'] as const)('%s returns NaN gradients for an element whose result is NaN', (mode) => {
    const values = { x: [Number.NaN, 1, 2], updates: [1, Number.NaN, 0] };
    const [x, updates] = gradients('scatterElements', { axis: 0, mode }, [3], [3], [0, 1, 1], [3], values);
    expect(x).toEqual([Number.NaN, Number.NaN, 30]);
    expect(updates).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('mul has no gradient and throws notDifferentiable', () => {
    const b = graphBuilder();
    const operands = [b.constant(1, 'float32', [2]), constantIndices(b, [0]), b.constant(2, 'float32', [1])];
    const attributes = { axis: 0, mode: 'mul' } as const;
    const results = b.emit('scatterElements', operands, attributes);
    const rule = indexingVjp.scatterElements;
    if (typeof rule !== 'function') throw new Error('Expected a rule for scatterElements.');
    const differentiate = () => rule(b, { operands, results, attributes }, [b.constant(1, 'float32', [2])]);
    expect(differentiate).toThrow(expect.objectContaining({ code: 'notDifferentiable', op: 'scatterElements' }));
  });
});
