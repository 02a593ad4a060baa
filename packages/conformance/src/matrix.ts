import { interpretPlan } from '@manabi/compiler/interpret';
import type { Backend, Graph, HostArray } from '@manabi/ir';
import type { Candidate } from './candidates.ts';
import { type Gap, gapOf } from './gap.ts';
import { type Judge, judgeOf, type SpecialValues } from './judge.ts';
import { runGraph } from './run-graph.ts';

/** A test case: a graph, and inputs to run it on. */
export interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: readonly HostArray[];
  /** Positions of the inputs that are donated (whose memory the run may overwrite). Default: none. */
  readonly donated?: readonly number[];
}

/** A case that is not run, because no backend supports it, with the reason. */
export interface Refusal {
  readonly name: string;
  readonly refusal: string;
}

/** Cases of one operator or composite. */
export interface Group {
  readonly name: string;
  /** Row of the printed table in which the cases of the group are counted. */
  readonly family: string;
  readonly cases: () => readonly (Case | Refusal)[];
}

/** Groups of cases that form one column of the printed table. */
export interface Section {
  readonly name: string;
  readonly groups: readonly Group[];
}

/** Outcome of a case on a backend. A gap (unsupported operators and dtypes) may cover a case that passed. */
export type Verdict =
  | { readonly outcome: 'passed'; readonly gap?: Gap }
  | { readonly outcome: 'gap'; readonly gap: Gap }
  | { readonly outcome: 'failed'; readonly message: string };

/** A test case, and the functions (judges) that check its outputs. */
export interface JudgedCase {
  readonly one: Case;
  /** Returns the judge that checks or ignores NaN and infinities. The first call runs the reference interpreter. */
  readonly judge: (special: SpecialValues) => Judge;
}

/** Adds judges to a case. All backends share them, because the reference interpreter is slower than most backends. */
export function withJudges(one: Case): JudgedCase {
  const judges = new Map<SpecialValues, Judge>();
  return {
    one,
    judge: (special) => {
      const judge = judges.get(special) ?? judgeOf(one.graph, one.inputs, special);
      judges.set(special, judge);
      return judge;
    },
  };
}

/**
 * Runs a case on a backend and compares the outputs with those of the reference interpreter.
 *
 * @param group name of the group of the case, for gaps that belong to some groups
 */
export async function checkCase(
  candidate: Candidate,
  backend: Backend,
  judged: JudgedCase,
  group = '',
): Promise<Verdict> {
  const { one } = judged;
  const judge = judged.judge(candidate.special);
  const wrong = await problemOf(candidate, backend, one, judge);
  const gap = gapOf(one, candidate.gaps, group);
  if (wrong === null) return { outcome: 'passed', gap };
  if (gap !== undefined) return { outcome: 'gap', gap };
  return { outcome: 'failed', message: `${one.name}: ${wrong}${blame(candidate, one, judge)}` };
}

async function problemOf(
  candidate: Candidate,
  backend: Backend,
  { graph, inputs, donated }: Case,
  judge: Judge,
): Promise<string | null> {
  try {
    const { outputs, problem } = await runGraph(backend, graph, inputs, donated, candidate.bits === 'repeatable');
    return judge(outputs) ?? problem;
  } catch (error) {
    return `${error}`;
  }
}

/**
 * Returns a text that names the cause of a wrong result: the plan if the plan interpreter also computes a wrong result,
 * and otherwise the code that the backend generated from the plan.
 */
function blame({ plan }: Candidate, { graph, inputs, donated = [] }: Case, judge: Judge): string {
  if (plan === undefined) return '';
  try {
    const wrong = judge(interpretPlan(plan(graph, donated), inputs));
    return wrong === null
      ? ' [the plan is correct; the code generated from it is wrong]'
      : ` [the plan is wrong: ${wrong}]`;
  } catch (error) {
    return ` [the plan fails: ${error}]`;
  }
}
