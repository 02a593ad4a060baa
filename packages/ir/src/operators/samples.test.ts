import { describe, expect, test } from '@jest/globals';
import { assertArraysClose, finiteDifferenceGradient, randomSource } from '@manabi/testing';
import { GraphBuilder } from '../builder.ts';
import { isFloat } from '../dtype.ts';
import { interpretReference } from '../interpret.ts';
import { equalTypes, sizeOf } from '../shape.ts';
import type { OpName } from './attributes.ts';
import { operators, opNames } from './index.ts';
import { compareLowering } from './lowering-check.ts';
import type { Operator } from './operator.ts';
import type { ReferenceArray } from './reference.ts';
import { fillReference, toReference } from './reference-array.ts';
import type { Sample } from './sample.ts';
import { sampleGraph, sampleInputs } from './sample-data.ts';
import { samples } from './samples-table.ts';
import type { Vjp, VjpRule } from './vjp.ts';
import { vjps } from './vjp-table.ts';

/** A call has no rule of its own where its body is to be differentiated: that is for autodiff to test. */
for (const op of opNames) if (operators[op].lowering.class !== 'call') describeSamples(op);

/**
 * Tests of an operator on all of its samples: the reference gives what `infer` says, the lowering computes what the
 * reference does, and the gradient rule agrees with finite differences wherever the sample is smooth.
 */
function describeSamples<K extends OpName>(op: K): void {
  const cases: readonly Sample<K>[] = samples[op];
  const operator: Operator<K> = operators[op];
  const vjp: Vjp<K> = vjps[op];
  describe(op, () => {
    test.each(cases)('$name: the reference has the inferred types, and the lowering agrees', (sample) => {
      const { byReference, byLowering } = compareLowering(op, sample);
      const types = operator.infer(sample.operands, sample.attributes);
      expect(byReference.map((array, i) => equalTypes(array, types[i]))).toEqual(types.map(() => true));
      byLowering?.forEach((array, i) => {
        expect(equalTypes(array, types[i])).toBe(true);
        assertArraysClose(
          array.data,
          byReference[i].data,
          isFloat(array.dtype) ? { rtol: 1e-12, atol: 1e-12 } : {},
          op,
        );
      });
    });

    const differentiable = cases.filter(
      ({ smooth = true, operands }) => smooth && operands.some(({ dtype }) => isFloat(dtype)),
    );
    if ('reason' in vjp || differentiable.length === 0) return;
    test.each(differentiable)('$name: the gradient rule agrees with finite differences', (sample) => {
      for (const { operand, byRule, byDifferences } of compareGradients(op, vjp, sample)) {
        assertArraysClose(byRule, byDifferences, { rtol: 1e-6, atol: 1e-6 }, `${op}, operand ${operand}`);
      }
    });
  });
}

/** Directions in which an operand of many elements is moved, instead of along each of its elements. */
const DIRECTIONS = 2;
const FEW_ELEMENTS = 40;

/** Slopes of a sample's weighted sum of results, as a rule gives them and as finite differences do. */
interface GradientComparison {
  readonly operand: number;
  readonly byRule: readonly number[];
  readonly byDifferences: readonly number[];
}

/**
 * Holds a gradient rule against central differences on a sample. The reference interpreter keeps floats of any width
 * in float64, so that samples of float32 serve as they are.
 *
 * @returns a comparison for each float operand: along each element where they are few, else in random directions
 */
function compareGradients<K extends OpName>(op: K, rule: VjpRule<K>, sample: Sample<K>): readonly GradientComparison[] {
  const graph = sampleGraph(op, sample);
  const inputs = sampleInputs(sample).map(toReference);
  const random = randomSource(7);
  const floats = graph.outputs.filter((output) => isFloat(graph.types[output].dtype));
  const weights = floats.map((output) => fillReference(graph.types[output], () => random.uniform(-1, 1)));

  const found = gradients(op, rule, sample, [...inputs, ...weights]);
  const lossAt = (operand: number, moved: (i: number) => number): number => {
    const results = interpretReference(graph, inputs.with(operand, fillReference(inputs[operand], moved)));
    return results
      .filter(({ dtype }) => isFloat(dtype))
      .reduce((sum, result, i) => sum + inner(result.data, weights[i].data), 0);
  };
  return inputs.flatMap((input, operand) => {
    const gradient = found[operand];
    if (gradient === null) return [];
    const size = sizeOf(input.shape);
    const directions =
      size <= FEW_ELEMENTS
        ? Array.from({ length: size }, (_, i) => new Float64Array(size).fill(1, i, i + 1))
        : Array.from({ length: DIRECTIONS }, () => random.float64Array(size));
    return [
      {
        operand,
        byRule: directions.map((direction) => inner(gradient.data, direction)),
        byDifferences: directions.map(
          (direction) =>
            finiteDifferenceGradient(([t]) => lossAt(operand, (i) => input.data[i] + t * direction[i]), [0])[0],
        ),
      },
    ];
  });
}

/** What the rule makes of these operands and cotangents; null for operands that have no gradient. */
function gradients<K extends OpName>(
  op: K,
  rule: VjpRule<K>,
  sample: Sample<K>,
  arrays: readonly ReferenceArray[],
): readonly (ReferenceArray | null)[] {
  const b = new GraphBuilder();
  const values = arrays.map(({ dtype, shape }) => b.input({ dtype, shape }));
  const operands = values.slice(0, sample.operands.length);
  const given = values.slice(sample.operands.length);
  const results = b.emit(op, operands, sample.attributes);
  let next = 0;
  const cotangents = results.map((result) => (isFloat(b.dtype(result)) ? given[next++] : null));
  const found = rule(b, { operands, results, attributes: sample.attributes }, cotangents);
  const computed = interpretReference(b.finish(found.filter((value) => value !== null)), arrays);
  let at = 0;
  return found.map((value) => (value === null ? null : computed[at++]));
}

function inner(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
