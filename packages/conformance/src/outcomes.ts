import type { Backend, HostArray } from '@manabi/ir';
import type { Case } from './matrix.ts';
import { equalBits, runGraph } from './run-graph.ts';

/** The outputs of a case, or the error. */
export type Outcome = readonly HostArray[] | { code: unknown; message: string; data: unknown };

/** Runs a case on a backend. */
export async function outcomeOf(backend: Backend, { graph, inputs, donated }: Case): Promise<Outcome> {
  try {
    const { outputs, problem } = await runGraph(backend, graph, inputs, donated);
    if (problem !== null) throw new Error(problem);
    return outputs;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: Reflect.get(error, 'code'), message: error.message, data: Reflect.get(error, 'data') };
  }
}

/** Whether two outcomes have the same bits, or the same error message. */
export function areEqual(a: Outcome, b: Outcome): boolean {
  if ('message' in a || 'message' in b) return 'message' in a && 'message' in b && a.message === b.message;
  return a.length === b.length && a.every((array, i) => equalBits(array, b[i]));
}
