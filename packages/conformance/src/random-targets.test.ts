import { describe, expect, test } from '@jest/globals';
import type { PlanTarget } from '@manabi/compiler';
import { randomSource } from '@manabi/testing';
import { gapOf } from './gap.ts';
import { judgeOf } from './judge.ts';
import type { Case, Section } from './matrix.ts';
import { createPlanBackend } from './plan-backend.ts';
import { runGraph } from './run-graph.ts';
import { compositeGradientSection } from './sections/composites.ts';
import { networkSection } from './sections/networks.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';
import { strictTarget } from './strict-target.ts';

/** Every which case is tried, each on a target of its own: `MANABI_TARGETS=1` for all of them. */
const STRIDE = Number(process.env.MANABI_TARGETS ?? 3);

/** A machine with limits of any kind, in combinations that no machine may have. */
function randomTarget(seed: number): PlanTarget {
  const random = randomSource(seed);
  const pick = <T>(...choices: readonly T[]): T => choices[random.integer(0, choices.length)];
  return {
    ...strictTarget,
    name: `target ${seed}`,
    packedInputs: pick([], ['uint8']),
    mostBindings: pick(5, 6, 8, 10, null),
    bindingAlignment: pick(1, 16, 256),
    memory: pick('arena', 'buffers'),
    valueAlignment: 256,
    nestsInOrder: pick(true, false),
    decisions: pick('host', 'device'),
    parallelTasks: pick(1, 4, 16, 1000),
    leastTerms: pick(1, 2, 10),
    routines: pick([], ['dot'], ['topK'], ['dot', 'topK']),
    costs: {
      ...strictTarget.costs,
      kept: pick(0, 3, 50),
      longestExpression: pick(10, 160),
      mostValues: pick(6, 28),
      branch: pick(0, 1000),
      mostComparisons: pick(0, 100, 1e9),
    },
  };
}

describe.each<[string, Section]>([
  ['random graphs', randomSection],
  ['their derivatives', randomGradientSection],
  ['derivatives of composites', compositeGradientSection],
  ['networks', networkSection],
])('plans for random targets: %s', (_, { groups }) => {
  test.each(groups)('$name', async ({ cases }) => {
    const wrong: string[] = [];
    for (const [i, one] of cases().entries()) {
      if (i % STRIDE !== 0) continue;
      if ('refusal' in one || gapOf(one.graph, [{ dtypes: ['float64'], reason: 'no target has it' }])) continue;
      const seed = 1000 * groups.length + 37 * one.graph.types.length + i;
      const problem = await problemOf(one, randomTarget(seed));
      if (problem !== null) wrong.push(`${one.name} on target ${seed}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });
});

async function problemOf({ graph, inputs, donated }: Case, target: PlanTarget): Promise<string | null> {
  try {
    const { outputs } = await runGraph(createPlanBackend(target), graph, inputs, donated, false);
    return judgeOf(graph, inputs, 'exact')(outputs);
  } catch (error) {
    return `${error}`;
  }
}
