import { beforeAll, expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import {
  type Backend,
  type DType,
  dtypes,
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  isFloat,
  type Shape,
  sizeOf,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { runGraph } from '../run-graph.ts';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { type DeviceChanges, wrappedDevice } from './wrapped-device.fixture.ts';

const reductions = ['reduceSum', 'reduceProd', 'reduceMax', 'reduceMin'] as const;

/** Shapes with rows that 64 and 256 invocations share, some of them unequally. */
const shapes: readonly Shape[] = [
  [3, 33],
  [5, 100],
  [7, 256],
  [2, 1100],
];

function rowsOf(shape: Shape, dtype: DType, changes: (data: HostArray['data']) => void = () => {}): HostArray {
  const random = randomSource(11);
  const data = dtypes[dtype].create(sizeOf(shape));
  for (let i = 0; i < data.length; i++)
    data[i] = isFloat(dtype) ? random.uniform(0.9, 1.1) : random.integer(0, 2 ** 31);
  changes(data);
  return hostArray(dtype, shape, data);
}

function reductionOf(op: (typeof reductions)[number], { dtype, shape }: HostArray): Graph {
  const b = graphBuilder();
  return b.finish(b.emit(op, [b.input({ dtype, shape })], { axes: [1] }));
}

function softmaxOf({ dtype, shape }: HostArray): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype, shape });
  const shifted = b.exp(b.sub(x, b.expand(b.reduceMax(x, [1]), shape, [0])));
  return b.finish([b.div(shifted, b.expand(b.reduceSum(shifted, [1]), shape, [0]))]);
}

describeWithWebGpu('rows of reductions on a GPU with subgroups', () => {
  const codes: string[] = [];
  let backend: Backend;

  const backendOn = async (changes: DeviceChanges): Promise<Backend> => {
    codes.length = 0;
    const device = await wrappedDevice({
      ...changes,
      shader: (code) => {
        codes.push(code);
        return code;
      },
    });
    return createWebGpuBackend({ device, tuning: 'hardware' });
  };

  beforeAll(async () => {
    backend = await backendOn({ has: ['subgroups'] });
    codes.length = 0;
  });

  const check = async (graph: Graph, input: HostArray): Promise<void> => {
    const [expected] = interpret(graph, [input]);
    const { outputs, problem } = await runGraph(backend, graph, [input]);
    expect(problem).toBe(null);
    const tolerance = isFloat(input.dtype) ? { rtol: 1e-4, atol: 1e-6 } : { rtol: 0, atol: 0 };
    assertArraysClose(outputs[0].data, expected.data, tolerance, `${input.dtype} ${input.shape}`);
  };

  test.each(reductions)('%s equals that of the interpreter, and runs on subgroups', async (op) => {
    codes.length = 0;
    for (const dtype of ['float32', 'int32', 'uint32'] as const) {
      for (const shape of shapes) {
        const input = rowsOf(shape, dtype);
        await check(reductionOf(op, input), input);
      }
    }
    expect(codes.filter((code) => /subgroup(Add|Mul|Max|Min)\(/.test(code))).not.toHaveLength(0);
  });

  test.each(reductions)('%s of NaN and infinities equals that of the interpreter', async (op) => {
    for (const special of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const at of [0, 63, 255]) {
        const input = rowsOf([4, 256], 'float32', (data) => {
          data[256 + at] = special;
        });
        await check(reductionOf(op, input), input);
      }
      const whole = rowsOf([2, 100], 'float32', (data) => data.fill(special, 100));
      await check(reductionOf(op, whole), whole);
    }
  });

  test('softmax equals that of the interpreter', async () => {
    for (const shape of shapes) {
      const input = rowsOf(shape, 'float32');
      await check(softmaxOf(input), input);
    }
  });

  test('are combined without subgroups if the device lacks them', async () => {
    const without = await backendOn({ has: ['subgroups'], lacks: ['subgroups'] });
    const input = rowsOf([3, 300], 'float32');
    const graph = reductionOf('reduceMax', input);
    const { outputs } = await runGraph(without, graph, [input]);
    expect(outputs[0].data).toEqual(interpret(graph, [input])[0].data);
    expect(codes.filter((code) => code.includes('subgroup'))).toEqual([]);
  });

  test('are combined without subgroups by drivers that run shaders on the CPU', async () => {
    const device = await wrappedDevice({
      has: ['subgroups'],
      shader: (code) => {
        expect(code).not.toContain('subgroup');
        return code;
      },
    });
    const software = await createWebGpuBackend({ device, tuning: 'software' });
    const input = rowsOf([3, 300], 'float32');
    const graph = reductionOf('reduceSum', input);
    const { outputs } = await runGraph(software, graph, [input]);
    assertArraysClose(outputs[0].data, interpret(graph, [input])[0].data, { rtol: 1e-5, atol: 0 }, 'sums');
  });
});
