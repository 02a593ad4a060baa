import type { Kernel, KernelLoop } from '@manabi/compiler';
import type { VectorChoice, VectorChoices } from './vector-choices.ts';
import { tileTurns } from './vector-loops.ts';

/** How a kernel is cut into pieces that may run at once: `tasks` pieces of `turns` turns of a loop each. */
export interface TaskDivision {
  readonly loop: KernelLoop;
  readonly turns: number;
  readonly tasks: number;
}

/** Least work of a task, in estimated cycles: some microseconds, so that starting it costs next to nothing. */
const leastWork = 20_000;
const mostTasks = 256;

/**
 * Divides the outermost loop of a kernel if its turns are independent and nothing else is to be done; undefined where
 * the kernel runs as one piece. A function of the kernel alone, not of the number of threads.
 */
export function divideKernel(kernel: Kernel, choices: VectorChoices, cost: number): TaskDivision | undefined {
  const loop = kernel.body.at(-1);
  if (loop?.kind !== 'loop' || kernel.axes[loop.axis].kind !== 'parallel') return undefined;
  if (!kernel.body.every((statement) => statement === loop || statement.kind === 'define')) return undefined;
  const { extent } = kernel.axes[loop.axis];
  const unit = unitOf(choices.get(loop));
  const least = Math.max((leastWork * extent) / cost, extent / mostTasks);
  const turns = Math.ceil(least / unit) * unit;
  const tasks = Math.ceil(extent / turns);
  return tasks > 1 ? { loop, turns, tasks } : undefined;
}

/** Turns that cannot be divided: those that are written out at once. */
function unitOf(choice: VectorChoice | undefined): number {
  if (choice === undefined) return 1;
  return choice.kind === 'strips' ? 4 * choice.jam : tileTurns;
}
