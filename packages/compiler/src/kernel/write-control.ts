import type { Value } from '@manabi/ir';
import type { Loop, Step } from '../plan/plan.ts';
import type { Group } from '../stages/group.ts';
import { type Generation, slotOf } from './group-writer.ts';
import { arenaCount, carriesInPlace, type Nested } from './nested.ts';

/** Returns the step of a loop or branch, with its plans and the slots that they read and write. */
export function writeControl(plan: Generation, group: Group): Step {
  const nested = plan.nested.get(group.members[0].stage.node);
  if (nested === undefined) throw new Error('A loop or branch was not planned.');
  const temporaries = plan.temporaries.get(group) ?? [];
  const arenas = temporaries.slice(0, arenaCount(nested));
  const further = temporaries.slice(arenas.length);
  const { operands, results } = group.members[0].stage.node;
  const { decisions } = plan.target;
  const slots = (values: readonly Value[]): number[] => values.map((value) => slotOf(plan, value));
  if (nested.kind === 'loop')
    return {
      kind: 'loop',
      loop: { ...writeLoop(nested, slots(operands), slots(results), further), arenas, decisions },
    };
  const [condition, ...inputs] = slots(operands);
  const { thenPlan, elsePlan } = nested;
  return {
    kind: 'branch',
    branch: { condition, thenPlan, elsePlan, inputs, outputs: slots(results), arenas, decisions },
  };
}

function writeLoop(
  { form, body, test }: Extract<Nested, { readonly kind: 'loop' }>,
  operands: readonly number[],
  results: readonly number[],
  further: readonly number[],
): Omit<Loop, 'arenas' | 'decisions'> {
  const { carries, xs, iterations, reverse } = form;
  const rest = [...further];
  const verdict = test === null ? null : (rest.shift() ?? null);
  return {
    body,
    test,
    turns: iterations,
    reverse,
    carries: carriesInPlace(body, carries).map((inPlace, carry) => ({
      initial: operands[carry],
      final: results[carry],
      spare: inPlace ? null : (rest.shift() ?? null),
    })),
    xs: operands.slice(carries, carries + xs),
    ys: results.slice(carries),
    constants: operands.slice(carries + xs),
    verdict,
  };
}
