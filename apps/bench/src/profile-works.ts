import { type ContestantName, contestants } from './contestants.ts';
import type { Profile } from './profile.ts';
import { startRunner } from './runner-process.ts';
import type { Case } from './tasks.ts';

/** Contestants whose plans can be profiled, and the variants of the runner that measure each step. */
export const profiled = {
  'manabi-cpu': 'cpu-measured',
  'manabi-onnxruntime': 'onnxruntime-measured',
} as const satisfies Partial<Record<ContestantName, string>>;

/**
 * Returns the times of the steps that a contestant runs in each case, on a backend that measures each step.
 *
 * @throws Error if a case fails
 */
export async function profileWorks(
  cases: readonly Case[],
  who: keyof typeof profiled,
  seconds: number,
  onProfile: (work: Case, profile: Profile) => void,
): Promise<void> {
  const runner = await startRunner({ ...contestants[who], variant: profiled[who] }, { threads: 1, adapter: null });
  try {
    for (const work of cases) {
      const prepared = await runner.ask({ do: 'prepare', task: work.task });
      if (prepared.reply === 'failed') throw new Error(prepared.message);
      const reply = await runner.ask({ do: 'profile', seconds });
      if (reply.reply !== 'profiled') throw new Error(`Unexpected reply '${reply.reply}' to 'profile'.`);
      onProfile(work, reply.profile);
    }
  } finally {
    await runner.quit();
  }
}
