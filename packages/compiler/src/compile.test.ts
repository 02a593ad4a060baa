import { describe, expect, test } from '@jest/globals';
import {
  type Graph,
  graphBuilder,
  hostArray,
  inputTypes,
  isFloat,
  lowerings,
  type OpName,
  opNames,
  sizeOf,
  vjpGraph,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { type Sample, sampleGraph, sampleInputs, samples } from '@manabi/ir/samples';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { compilePlan } from './compile.ts';
import { interpretPlan } from './interpreter/interpret-plan.ts';
import { plainTarget } from './plain-target.fixture.ts';
import { gpuStrategies } from './strategies/gpu-strategies.ts';
import type { PlanTarget } from './target.ts';

/**
 * Both the plan interpreter and the reference interpreter compute floats in float64 and round inputs and outputs to
 * float32, so their results differ only by the order in which terms are summed.
 */
const TOLERANCE = { rtol: 1e-6, atol: 1e-6 };

function checkPlan(graph: Graph, inputs: Parameters<typeof interpret>[1], target: PlanTarget = plainTarget) {
  const expected = interpret(graph, inputs);
  const strategies = target.parallelTasks > 1 ? gpuStrategies : undefined;
  const actual = interpretPlan(compilePlan(graph, { target, strategies }), inputs, { target });
  actual.forEach((array, i) => {
    expect(array.shape).toEqual(expected[i].shape);
    expect(array.dtype).toBe(expected[i].dtype);
    assertArraysClose(array.data, expected[i].data, TOLERANCE, `output ${i}`);
  });
}

function describeOperator<K extends OpName>(op: K, cases: readonly Sample<K>[], target: PlanTarget): void {
  describe(op, () => {
    for (const sample of cases) {
      test(sample.name, () => checkPlan(sampleGraph(op, sample), sampleInputs(sample), target));
    }
  });
}

describe('a plan of one operator computes the same as the reference', () => {
  for (const op of opNames) describeOperator(op, samples[op], plainTarget);
});

describe('a plan of one operator for a parallel target computes the same as the reference', () => {
  const costs = { ...plainTarget.costs, mostComparisons: 1000 };
  const target = { ...plainTarget, parallelTasks: 8, leastTerms: 4, costs };
  // Only operators of these lowering classes are compiled differently for a parallel target.
  const classes = new Set(['reduce', 'argReduce', 'scan', 'assemble', 'routine']);
  for (const op of opNames) if (classes.has(lowerings[op].class)) describeOperator(op, samples[op], target);
});

describe('a plan for a target without routines computes the same as the reference', () => {
  for (const op of ['dot', 'topK', 'conv', 'windowSum', 'maxPool', 'maxUnpool'] as const) {
    for (const sample of samples[op] as readonly Sample<OpName>[]) {
      test(`${op}: ${sample.name}`, () =>
        checkPlan(sampleGraph(op, sample as never), sampleInputs(sample), { ...plainTarget, routines: [] }));
    }
  }
});

describe('a plan of the derivative of a loop or branch computes the same as the reference', () => {
  const describeDerivatives = <K extends 'cond' | 'scan' | 'while'>(op: K, cases: readonly Sample<K>[]): void => {
    const differentiable = cases.filter((sample) => sample.exempt === undefined);
    test.each(differentiable)(`${op}: $name`, (sample) => {
      let graph: Graph = sampleGraph(op, sample);
      let inputs = sampleInputs(sample);
      for (const order of [1, 2]) {
        const wrt = inputTypes(graph).flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
        const backward = vjpGraph(graph, { wrt });
        const cotangents = inputTypes(backward)
          .slice(graph.inputCount)
          .map(({ dtype, shape }) => hostArray(dtype, shape, randomSource(order).float32Array(sizeOf(shape), -1, 1)));
        [graph, inputs] = [backward, [...inputs, ...cotangents]];
        checkPlan(graph, inputs);
      }
    });
  };
  describeDerivatives('cond', samples.cond);
  describeDerivatives('scan', samples.scan);
  describeDerivatives('while', samples.while);
});

describe('a concatenation of values of one shape', () => {
  const loopsOf = (copied: boolean): number => {
    const b = graphBuilder();
    const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [5, 3] }));
    const graph = b.finish([b.concat([b.mul(x, y), copied ? x : b.sub(x, y), b.neg(y)], 1)]);
    const inputs = [1, 2].map((seed) => hostArray('float32', [5, 3], randomSource(seed).float32Array(15, -1, 1)));
    checkPlan(graph, inputs);
    const { steps } = compilePlan(graph, { target: plainTarget });
    return steps.flatMap((step) => (step.kind === 'kernel' ? step.kernel.body : [])).length;
  };

  test('is written by one loop nest if the kernel computes all of them', () => {
    expect(loopsOf(false)).toBe(1);
  });

  test('is written by a loop nest for each of them if some are copied', () => {
    expect(loopsOf(true)).toBe(3);
  });
});
