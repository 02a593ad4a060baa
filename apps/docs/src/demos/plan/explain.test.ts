import { describe, expect, test } from '@jest/globals';
import { cpuTarget } from '@manabi/backend-cpu';
import { compilePlan, routineTable } from '@manabi/compiler';
import { printPlan } from '@manabi/compiler/report';
import { graphBuilder } from '@manabi/ir';
import { take } from 'manabi';
import { explain } from './explain.ts';
import { recordFusion } from './fused-operators.ts';
import type { Explanation } from './messages.ts';
import { networks } from './networks.ts';
import type { Network } from './read-network.ts';

/** Returns the slots of an arena whose bytes overlap while both are in use. */
function conflicts({ slots }: Explanation): readonly string[] {
  return slots.flatMap((a, i) =>
    slots.slice(i + 1).flatMap((b) => {
      if (a.arena === null || b.arena === null || a.arena.index !== b.arena.index) return [];
      const together = a.from <= b.to && b.from <= a.to;
      const overlap = a.arena.offset < b.arena.offset + b.bytes && b.arena.offset < a.arena.offset + a.bytes;
      return together && overlap ? [`${a.label} and ${b.label}`] : [];
    }),
  );
}

describe.each(Object.entries(networks))('the plan of %s', (_, network) => {
  test.each(['cpu', 'webgpu'] as const)(
    'on %s has a step for each operator, and code for each step',
    async (machine) => {
      const explanation = await explain(network, machine, 0.1);
      const { operators, steps, arenas, slots } = explanation;
      for (const operator of operators)
        expect([operator, operator.steps.length > 0]).toEqual([operator, !operator.isInput]);
      for (const step of steps) {
        expect([step.name, step.code.length > 0, step.operators.length > 0]).toEqual([step.name, true, true]);
        expect(step.milliseconds === null).toBe(machine === 'webgpu');
      }
      expect(conflicts(explanation)).toEqual([]);
      for (const { arena, bytes } of slots) {
        if (arena !== null) expect(arena.offset + bytes).toBeLessThanOrEqual(arenas[arena.index]);
      }
    },
  );
});

test('fuses all operators of a normalization into one step, which reads its input once', async () => {
  const { steps, traced } = await explain(networks.normalization, 'cpu', 0.1);
  expect(steps).toHaveLength(1);
  expect(traced).toBeGreaterThan(8);
  expect(steps[0].operators).toEqual(expect.arrayContaining(['reduceSum', 'sub', 'sqrt', 'div', 'tanh']));
});

test('shows that a training step writes new weights over the old ones', async () => {
  const { slots } = await explain(networks.training, 'cpu', 0.1);
  expect(slots.filter(({ over }) => over !== null)).toHaveLength(4);
});

test('recording the fusion does not change the plan', () => {
  const b = graphBuilder();
  const [x, w] = [b.input({ dtype: 'float32', shape: [64, 32] }), b.input({ dtype: 'float32', shape: [32, 16] })];
  const graph = b.finish([b.reduceSum(b.exp(b.dot(x, w, [], [[1, 0]])), [0])]);
  const { strategies } = recordFusion();
  expect(printPlan(compilePlan(graph, { target: cpuTarget, strategies }), routineTable)).toBe(
    printPlan(compilePlan(graph, { target: cpuTarget }), routineTable),
  );
});

test.each<[Network, string]>([
  [{ inputs: { x: 3 as never }, run: () => 1 }, 'Input `x` must be a shape'],
  [{ inputs: { x: { shape: [2], dtype: 'float' as never } }, run: () => 1 }, 'Input `x` must be a shape'],
  [{ inputs: { x: [2] }, donated: ['y'], run: () => 1 }, "contains 'y', which is not an input. The inputs are x."],
])('says what is wrong with the exports of a program', async (network, message) => {
  await expect(explain(network, 'cpu', 1)).rejects.toThrow(message);
});

test('takes inputs of other types, such as indices', async () => {
  const { operators } = await explain(
    { inputs: { table: [9, 4], at: { shape: [3], dtype: 'int32' } }, run: ({ table, at }) => take(table, at, 0) },
    'cpu',
    0.1,
  );
  expect(operators.map(({ type }) => type)).toContain('int32[3]');
});

test('errors of the network reach the reader', async () => {
  const network = {
    inputs: { x: [2, 3] },
    run: () => {
      throw new RangeError('wrong');
    },
  };
  await expect(explain(network, 'cpu', 1)).rejects.toThrow('wrong');
});
