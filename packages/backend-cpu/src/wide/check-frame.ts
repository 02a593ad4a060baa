import type { FramePlan } from '../plan/frame-plan.ts';
import type { Tools } from './tools.ts';

/** Largest size in bytes of a tensor, because its offsets are signed 32-bit numbers. */
const mostBytes = 2 ** 31;

/**
 * Checks that each tensor of a plan is small enough for a memory with 64-bit addresses.
 *
 * @throws ManabiError `memory` if one is not
 */
export function checkFrame(tools: Tools, { slots, steps }: FramePlan, ...scratch: readonly number[]): void {
  const { dtypes, ManabiError } = tools;
  const largest = Math.max(0, ...scratch, ...slots.map(({ dtype, elements }) => elements * dtypes[dtype].bytes));
  if (largest > mostBytes) {
    throw new ManabiError(
      'memory',
      `A value of the graph needs ${largest} bytes. In a memory of more than 4 GiB, a single value may have at most ${mostBytes} bytes. ` +
        "Use smaller batches or another backend, such as 'onnxruntime'.",
      { data: { asked: largest, limit: mostBytes } },
    );
  }
  for (const step of steps) {
    if (step.kind === 'loop') {
      checkFrame(tools, step.body);
      if (step.test !== null) checkFrame(tools, step.test);
    } else if (step.kind === 'branch') {
      checkFrame(tools, step.thenFrame);
      checkFrame(tools, step.elseFrame);
    }
  }
}
