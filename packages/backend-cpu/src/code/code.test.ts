import { describe, expect, test } from '@jest/globals';
import { compilePlan } from '@manabi/compiler';
import { applyComposite, type Graph, graphBuilder, hostArray, ManabiError, type TensorType } from '@manabi/ir';
import { cpuTarget } from '../target.ts';
import { planCode } from './plan-code.ts';
import { timeSteps } from './time-steps.ts';

const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });

const planOf = (graph: Graph, donated: number[] = []) => compilePlan(graph, { target: cpuTarget, donated });

/** Returns the plan of a softmax of a product, and of a function that overwrites a donated input. */
function network() {
  const b = graphBuilder();
  const [x, w] = [b.input(float(16, 8)), b.input(float(8, 12))];
  const [softmax] = applyComposite(b, 'softmax', [b.dot(x, w, [], [[1, 0]])], { axis: 1 });
  return planOf(b.finish([softmax, b.sin(w)]), [1]);
}

describe('planCode', () => {
  test('returns the functions of each step, and those that steps call', () => {
    const plan = network();
    const { bytes, functions } = planCode(plan);
    expect(bytes).toBeGreaterThan(100);
    const steps = functions.flatMap(({ step }) => (step === null ? [] : [step]));
    expect(new Set(steps)).toEqual(new Set(plan.steps.keys()));
    const helpers = functions.filter(({ step }) => step === null);
    expect(helpers.map(({ name }) => name)).toEqual(helpers.map((_, i) => `helper${i}`));
    expect(functions.some(({ text }) => text.includes('call $helper'))).toBe(true);
    expect(functions.some(({ text }) => text.includes('f32x4.mul'))).toBe(true);
  });

  test('counts functions in a loop as parts of the loop', () => {
    const inner = graphBuilder();
    const [carry, x] = [inner.input(float(4)), inner.input(float(4))];
    const body = inner.finish([inner.mul(inner.tanh(carry), x)]);
    const b = graphBuilder();
    const [init, xs] = [b.input(float(4)), b.input(float(7, 4))];
    const plan = planOf(b.finish(b.scan([init, xs], { body, carries: 1, xs: 1, length: 7, reverse: false })));
    const loop = plan.steps.findIndex(({ kind }) => kind === 'loop');
    expect(planCode(plan).functions.filter(({ step }) => step === loop).length).toBeGreaterThan(0);
  });
});

describe('timeSteps', () => {
  const values = ({ dtype, shape }: TensorType) =>
    hostArray(dtype, shape, new Float32Array(shape.reduce((size, length) => size * length, 1)).fill(0.5));

  test('returns the time of each step, even of a plan that overwrites its inputs', () => {
    const plan = network();
    const times = timeSteps(plan, plan.inputs.map(values), { milliseconds: 1 });
    expect(times).toHaveLength(plan.steps.length);
    for (const time of times) expect(time).toBeGreaterThan(0);
  });

  test('rejects values of other types, and too few values', () => {
    const plan = network();
    const [x] = plan.inputs.map(values);
    expect(() => timeSteps(plan, [x, x])).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ position: 1 }) }),
    );
    expect(() => timeSteps(plan, [x])).toThrow(ManabiError);
  });

  test('reports an index out of range', () => {
    const b = graphBuilder();
    const [table, indices] = [b.input(float(3, 2)), b.input({ dtype: 'int32', shape: [4] })];
    const plan = planOf(b.finish([b.gather(table, indices, 0)]));
    const run = () => timeSteps(plan, [values(float(3, 2)), hostArray('int32', [4], Int32Array.of(0, 1, 2, 9))]);
    expect(run).toThrow(expect.objectContaining({ code: 'index' }));
  });
});
