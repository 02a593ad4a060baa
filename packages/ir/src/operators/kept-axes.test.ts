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

/** Positions along the first axes where two arrays of one shape differ. */
function changes(before: ReferenceArray, after: ReferenceArray, axes: number): Set<number> {
  const size = before.shape.slice(axes).reduce((product, length) => product * length, 1);
  const found = new Set<number>();
  before.data.forEach((value, i) => {
    if (!Object.is(value, after.data[i])) found.add(Math.floor(i / size));
  });
  return found;
}

/** An array with other elements at one position along the first axes. */
function disturbed(array: ReferenceArray, axes: number, position: number): ReferenceArray {
  const size = array.shape.slice(axes).reduce((product, length) => product * length, 1);
  const data = array.data.slice();
  for (let i = position * size; i < (position + 1) * size; i++) {
    data[i] = array.dtype === 'bool' ? 1 - data[i] : data[i] + 0.375;
  }
  return { ...array, data };
}

interface Found {
  /** Whether something changed at a position other than the one that was disturbed, and not there. */
  readonly moves: boolean;
  /** Whether something changed at each position that was disturbed, and nothing anywhere else. */
  readonly stays: boolean;
}

/** Positions that are tried, and elements of the largest operand: the rest of a sample says nothing new. */
const MOST_POSITIONS = 12;
const MOST_ELEMENTS = 400;

/** Disturbs each position of an operand along its first axes, and looks where the result changes. */
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

/** Operands whose elements are positions, so that others in their place are no valid operands. */
const INDICES: Readonly<Partial<Record<OpName, readonly number[]>>> = {
  dynamicSlice: [1, 2, 3],
  dynamicUpdateSlice: [2, 3, 4],
  gather: [1],
  gatherElements: [1],
  gatherND: [1],
  scatterElements: [1],
  scatterND: [1],
};

/** Those that hold graphs are tested where tensors are, and a running sum moves elements on along its own axis. */
const plain = opNames.filter((op) => !['call', 'cond', 'scan', 'while', 'cumSum'].includes(op));

test.each(plain)('%s: kept axes change only where the operand changed', (op) => {
  expect(verdicts(op).filter(({ kept, moves }) => kept && moves)).toEqual([]);
});

test('axes that stand in place are kept, whichever operator', () => {
  const missed = plain.filter((op) => verdicts(op).some(({ kept, stays, isFree }) => !kept && stays && isFree));
  // An operand that happens to fill the whole place: the only one that is joined, and an update of all elements.
  expect(missed).toEqual(['concat', 'dynamicUpdateSlice', 'scatterElements']);
});

interface Verdict extends Found {
  readonly sample: string;
  readonly operand: number;
  readonly axes: number;
  readonly kept: boolean;
  /** Whether there is more than one position, so that a move could be seen. */
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
        // A node of one operator is a node; the compiler cannot see that through K.
        const node = { op, attributes: sample.attributes } as Pick<Node, 'op' | 'attributes'>;
        const kept = keepsAxes(node, { operand, result: 0 }, axes, shape, type.shape);
        const isFree = first.every((length) => length > 1);
        return [{ sample: sample.name, operand, axes, kept, isFree, ...disturb(op, sample, operand, axes) }];
      });
    });
  });
}
