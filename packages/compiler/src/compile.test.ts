import { describe, expect, test } from '@jest/globals';
import {
  type Graph,
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
import type { PlanTarget } from './target.ts';

/**
 * Plan and reference both compute floats in float64 and round them to float32 at inputs and outputs; only the order of
 * sums differs.
 */
const TOLERANCE = { rtol: 1e-6, atol: 1e-6 };

function checkPlan(graph: Graph, inputs: Parameters<typeof interpret>[1], target: PlanTarget = plainTarget) {
  const expected = interpret(graph, inputs);
  const actual = interpretPlan(compilePlan(graph, { target }), inputs, { target });
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

describe('compilePlan of one operator matches the reference', () => {
  for (const op of opNames) describeOperator(op, samples[op], plainTarget);
});

describe('compilePlan of one operator for a parallel target matches the reference', () => {
  const costs = { ...plainTarget.costs, mostComparisons: 1000 };
  const target = { ...plainTarget, parallelTasks: 8, leastTerms: 4, costs };
  // Classes that the compiler splits into parts or combines in parallel.
  const classes = new Set(['reduce', 'argReduce', 'scan', 'assemble', 'routine']);
  for (const op of opNames) if (classes.has(lowerings[op].class)) describeOperator(op, samples[op], target);
});

describe('compilePlan without routines matches the reference', () => {
  for (const op of ['dot', 'topK', 'conv', 'windowSum', 'maxPool', 'maxUnpool'] as const) {
    for (const sample of samples[op] as readonly Sample<OpName>[]) {
      test(`${op}: ${sample.name}`, () =>
        checkPlan(sampleGraph(op, sample as never), sampleInputs(sample), { ...plainTarget, routines: [] }));
    }
  }
});

describe('compilePlan of derivatives of loops and branches matches the reference', () => {
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
