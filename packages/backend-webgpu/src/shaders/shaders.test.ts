import { describe, expect, test } from '@jest/globals';
import { compilePlan, gpuRoutineTable, gpuStrategies, type Plan, type Step } from '@manabi/compiler';
import { applyComposite, type DType, type GraphBuilder, graphBuilder, type Value } from '@manabi/ir';
import { ownBytes, slotBytes } from '../runtime/plan-bytes.ts';
import { webGpuTarget } from '../target.ts';
import { kernelShader } from './kernel-shader.ts';
import { laterShaders } from './later-shaders.ts';
import { provideShaders, routineShaders } from './routine-shaders.ts';
import type { Shader } from './shader.ts';
import type { Bindable } from './windows/with-windows.ts';

provideShaders(laterShaders);

const maximum = { maxStorageBuffersPerShaderStage: 8, maxBufferSize: 2 ** 28, minStorageBufferOffsetAlignment: 256 };
const target = webGpuTarget(maximum);
const limits = { largest: 2 ** 27, alignment: 256, mostBindings: 8 };

type Build = (b: GraphBuilder, input: (dtype: DType, ...shape: number[]) => Value) => readonly Value[];

/** Returns the shaders of a graph's plan, in order. */
function shadersOf(build: Build): readonly Shader[] {
  const b = graphBuilder();
  const outputs = build(b, (dtype, ...shape) => b.input({ dtype, shape }));
  return allShaders(
    compilePlan(b.finish([...outputs]), { target, strategies: gpuStrategies, routineTable: gpuRoutineTable }),
  );
}

const bindableOf = (plan: Plan): Bindable => ({ limits, subgroups: false, bytesOf: slotBytes(plan, ownBytes(plan)) });

const allShaders = (plan: Plan): readonly Shader[] => plan.steps.flatMap((step) => shadersOfStep(plan, step));

function shadersOfStep(plan: Plan, step: Step): readonly Shader[] {
  switch (step.kind) {
    case 'kernel':
      return [kernelShader(plan, step, 'hardware', bindableOf(plan)) ?? []].flat();
    case 'routine':
      return routineShaders(plan, step, 'hardware', bindableOf(plan)).shaders;
    case 'loop':
      return allShaders(step.loop.body);
    case 'branch':
      return [...allShaders(step.branch.thenPlan), ...allShaders(step.branch.elsePlan)];
  }
}

const graphs: Readonly<Record<string, Build>> = {
  'an elementwise expression': (b, input) => {
    const [x, y] = [input('float32', 5, 7), input('float32', 5, 7)];
    return [b.mul(b.exp(x), y)];
  },
  'a cast of packed uint8 elements': (b, input) => [b.cast(input('uint8', 9), 'float32')],
  'a comparison stored as a bool': (b, input) => [b.less(input('int32', 4), input('int32', 4))],
  'a short reduction in one invocation': (b, input) => [b.reduceSum(input('float32', 100, 4), [1])],
  'long reductions, each shared by the lanes of a workgroup': (b, input) => [
    b.reduceMax(input('float32', 10, 300), [1]),
  ],
  'argMax of long rows, each shared by the lanes of a workgroup': (b, input) => [
    b.argMax(input('float32', 10, 300), 1),
  ],
  'a gather that checks indices': (b, input) => [b.gather(input('float32', 5, 3), input('int32', 4), 0)],
  'a product in tiles with an epilogue': (b, input) => [
    b.neg(b.dot(input('float32', 40, 50), input('float32', 50, 33), [], [[1, 0]])),
  ],
  'a vector-matrix product, each result shared by the lanes of a workgroup': (b, input) => [
    b.dot(input('float32', 1, 200), input('float32', 200, 6), [], [[1, 0]]),
  ],
  'attention in tiles, with a mask of other strides': (b, input) => {
    const [x, mask] = [input('float16', 2, 40, 8), input('bool', 40, 40)];
    const operands = [x, x, x, b.expand(mask, [2, 40, 40], [1, 2])];
    return applyComposite(b, 'attention', operands, { scale: 0.5, causal: true });
  },
  'a cumulative sum in order': (b, input) => [b.cumSum(input('float32', 3, 5), 1, false, false)],
};

describe('shaders of plans', () => {
  test.each(Object.entries(graphs))('compute %s', (_, build) => {
    const shaders = shadersOf(build);
    expect(
      shaders.map(({ name, groups, code }) => `// ${name}, workgroups: ${groups}\n${code}`).join('\n'),
    ).toMatchSnapshot();
  });

  test('repeat the code of a short reduction in software, in the order of its iterations', () => {
    const b = graphBuilder();
    const sums = b.reduceSum(b.input({ dtype: 'float32', shape: [64, 400] }), [0]);
    const own = webGpuTarget(maximum, 'software');
    const plan = compilePlan(b.finish([sums]), {
      target: own,
      strategies: gpuStrategies,
      routineTable: gpuRoutineTable,
    });
    const [step] = plan.steps.filter((each) => each.kind === 'kernel');
    const codeFor = (tuning: 'hardware' | 'software') => kernelShader(plan, step, tuning, bindableOf(plan))?.code ?? '';
    const starts = (code: string) => [...code.matchAll(/let a(\d+) = turn\1 \+ (\d)i;/g)].map(([, , start]) => start);
    expect([codeFor('hardware'), codeFor('software')].map(starts)).toEqual([[], ['0', '1', '2', '3']]);
  });

  test('are identical for the same operations on different slots', () => {
    const [first, second] = shadersOf((b, input) => {
      const [x, y] = [input('float32', 64), input('float32', 64)];
      return [b.reduceSum(b.exp(x), [0]), b.reduceSum(b.exp(y), [0])];
    });
    expect(second.code).toBe(first.code);
    expect(second.bindings).not.toEqual(first.bindings);
  });
});
