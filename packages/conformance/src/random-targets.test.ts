import { describe, expect, test } from '@jest/globals';
import type { PlanTarget } from '@manabi/compiler';
import { gapOf } from './gap.ts';
import { judgeOf } from './judge.ts';
import type { Case, Section } from './matrix.ts';
import { createPlanBackend } from './plan-backend.ts';
import { randomTarget } from './random-target.ts';
import { runGraph } from './run-graph.ts';
import { compositeGradientSection } from './sections/composites.ts';
import { networkSection } from './sections/networks.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';

/** Every `STRIDE`-th case is run, each for a different target. Set `MANABI_TARGETS=1` to run all cases. */
const STRIDE = Number(process.env.MANABI_TARGETS ?? 3);

describe.each<[string, Section]>([
  ['random graphs', randomSection],
  ['derivatives of random graphs', randomGradientSection],
  ['derivatives of composites', compositeGradientSection],
  ['networks', networkSection],
])('plans of %s for random targets', (_, { groups }) => {
  test.each(groups)('$name match the reference', async ({ cases }) => {
    const wrong: string[] = [];
    for (const [i, one] of cases().entries()) {
      if (i % STRIDE !== 0) continue;
      if ('refusal' in one || gapOf(one, [{ dtypes: ['float64'], reason: 'no target supports float64' }])) continue;
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
