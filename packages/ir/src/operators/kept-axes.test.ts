import { expect, test } from '@jest/globals';
import type { Node, OpName } from '../graph/graph.ts';
import { interpretReference } from '../interpret.ts';
import { sizeOf } from '../types/shape.ts';
import { operators, opNames } from './index.ts';
import { keepsAxes } from './kept-axes.ts';
import type { Operator } from './operator.ts';
import type { Reference, ReferenceArray } from './reference.ts';
import { toReference } from './reference-array.ts';
import { references } from './reference-table.ts';
import type { Sample } from './sample.ts';
import { sampleInputs } from './sample-data.ts';
import { samples } from './samples-table.ts';

/** Returns the positions along the first `axes` axes at which two arrays of equal shape differ. */
function changes(before: ReferenceArray, after: ReferenceArray, axes: number): Set<number> {
  const size = before.shape.slice(axes).reduce((product, length) => product * length, 1);
  const found = new Set<number>();
  before.data.forEach((value, i) => {
    if (!Object.is(value, after.data[i])) found.add(Math.floor(i / size));
  });
  return found;
}

/** Returns a copy of an array with other elements at one position along the first `axes` axes. */
function disturbed(array: ReferenceArray, axes: number, position: number): ReferenceArray {
  const size = array.shape.slice(axes).reduce((product, length) => product * length, 1);
  const data = array.data.slice();
  for (let i = position * size; i < (position + 1) * size; i++) {
    data[i] = array.dtype === 'bool' ? 1 - data[i] : data[i] + 0.375;
  }
  return { ...array, data };
}

interface Found {
  /** True if changing the operand at some position changed the result only at other positions. */
  readonly moves: boolean;
  /** True if changing the operand at each position changed the result at the same position and nowhere else. */
  readonly stays: boolean;
}

/**
 * To save time, at most this many positions of each operand are changed, and operands with more elements than
 * `MOST_ELEMENTS` are skipped.
 */
const MOST_POSITIONS = 12;
const MOST_ELEMENTS = 400;

/** Changes an operand at each position along its first axes, and records at which positions the result changes. */
function disturb<K extends OpName>(op: K, sample: Sample<K>, operand: number, axes: number): Found {
  const reference: Reference<K> = references[op];
  const operator: Operator<K> = operators[op];
  const inputs = sampleInputs(sample).map(toReference);
  const types = operator.infer(sample.operands, sample.attributes);
  const run = (given: readonly ReferenceArray[]): ReferenceArray =>
    reference(given, sample.attributes, types, interpretReference)[0];
  const before = run(inputs);
  const positions = inputs[operand].shape.slice(0, axes).reduce((product, length) => product * length, 1);
  let [moves, stays] = [false, true];
  for (let position = 0; position < Math.min(positions, MOST_POSITIONS); position++) {
    const given = inputs.map((array, i) => (i === operand ? disturbed(array, axes, position) : array));
    const changed = changes(before, run(given), axes);
    if (changed.size > 0 && !changed.has(position)) moves = true;
    if (changed.size !== 1 || !changed.has(position)) stays = false;
  }
  return { moves, stays };
}

/** Numbers of the operands that contain indices. They are not changed, because other indices could be invalid. */
const INDICES: Readonly<Partial<Record<OpName, readonly number[]>>> = {
  dynamicSlice: [1, 2, 3],
  dynamicUpdateSlice: [2, 3, 4],
  gather: [1],
  gatherElements: [1],
  gatherND: [1],
  scatterElements: [1],
  scatterND: [1],
};

/**
 * Operators to test. Loops, branches and calls are excluded because they consist of other operators, and cumSum because
 * each of its elements also depends on earlier positions.
 */
const plain = opNames.filter((op) => !['call', 'cond', 'scan', 'while', 'cumSum'].includes(op));

test.each(plain)(
  'keepsAxes returns false for %s if changing the operand at one position changes the result only elsewhere',
  (op) => {
    expect(verdicts(op).filter(({ kept, moves }) => kept && moves)).toEqual([]);
  },
);

test('keepsAxes returns true for every operator whose results change only where its operand changes, with three exceptions', () => {
  const missed = plain.filter((op) => verdicts(op).some(({ kept, stays, isFree }) => !kept && stays && isFree));
  // These operators are exceptions only because some of their samples consist of a single operand or update that fills
  // the whole result.
  expect(missed).toEqual(['concat', 'dynamicUpdateSlice', 'scatterElements']);
});

interface Verdict extends Found {
  readonly sample: string;
  readonly operand: number;
  readonly axes: number;
  readonly kept: boolean;
  /** True if all axes are longer than 1, so that the test would detect that elements move. */
  readonly isFree: boolean;
}

function verdicts<K extends OpName>(op: K): readonly Verdict[] {
  const all: readonly Sample<K>[] = samples[op];
  const operator: Operator<K> = operators[op];
  const cases = all.filter(({ operands }) => operands.every(({ shape }) => sizeOf(shape) <= MOST_ELEMENTS));
  return cases.flatMap((sample) => {
    const [type] = operator.infer(sample.operands, sample.attributes);
    return sample.operands.flatMap(({ shape }, operand) => {
      if (INDICES[op]?.includes(operand)) return [];
      return shape.flatMap((_, last): Verdict[] => {
        const axes = last + 1;
        const first = shape.slice(0, axes);
        if (String(first) !== String(type.shape.slice(0, axes)) || first.includes(0)) return [];
        // An object with these properties is a `Node`, but TypeScript cannot prove this for a generic K.
        const node = { op, attributes: sample.attributes } as Pick<Node, 'op' | 'attributes'>;
        const kept = keepsAxes(node, { operand, result: 0 }, axes, shape, type.shape);
        const isFree = first.every((length) => length > 1);
        return [{ sample: sample.name, operand, axes, kept, isFree, ...disturb(op, sample, operand, axes) }];
      });
    });
  });
}
