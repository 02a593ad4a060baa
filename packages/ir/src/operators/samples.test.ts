import { describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import type { OpName } from '../graph/graph.ts';
import { isFloat } from '../types/dtype.ts';
import { equalTypes } from '../types/shape.ts';
import { operators, opNames } from './index.ts';
import { compareLowering } from './lowering-check.fixture.ts';
import { lowerings } from './lowerings-table.ts';
import type { Operator } from './operator.ts';
import type { Sample } from './sample.ts';
import { samples } from './samples-table.ts';

for (const op of opNames) describeSamples(op);

test.each(opNames)('%s has `free: true` if and only if its lowering contains no computation', (op) => {
  const lowering = lowerings[op];
  const computesNothing = lowering.class === 'pointwise' && (lowering.kind === 'layout' || lowering.kind === 'source');
  expect(operators[op].free === true).toBe(computesNothing);
});

/**
 * Tests an operator on all of its samples: the reference implementation must return the inferred types, and the
 * lowering must compute the same results as the reference implementation.
 */
function describeSamples<K extends OpName>(op: K): void {
  const cases: readonly Sample<K>[] = samples[op];
  const operator: Operator<K> = operators[op];
  describe(op, () => {
    test.each(cases)('reference returns the inferred types and the results of the lowering: $name', (sample) => {
      const { byReference, byLowering } = compareLowering(op, sample);
      const types = operator.infer(sample.operands, sample.attributes);
      expect(byReference.map((array, i) => equalTypes(array, types[i]))).toEqual(types.map(() => true));
      byLowering?.forEach((array, i) => {
        expect(equalTypes(array, types[i])).toBe(true);
        // The body of a routine may sum terms in another order than the reference implementation.
        const tolerance = isFloat(array.dtype) ? { rtol: 1e-12, atol: 1e-12 } : {};
        assertArraysClose(array.data, byReference[i].data, tolerance, op);
      });
    });
  });
}
