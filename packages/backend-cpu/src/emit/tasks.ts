import type { Kernel, KernelLoop } from '@manabi/compiler';
import type { VectorChoice, VectorChoices } from './vector-choices.ts';
import { tileIterations } from './vector-loops.ts';

/** Division of a kernel into `tasks` independent tasks of `iterations` iterations of a loop each. */
export interface TaskDivision {
  readonly loop: KernelLoop;
  readonly iterations: number;
  readonly tasks: number;
}

/** Smallest estimated duration of a task in cycles: a few microseconds, much more than the cost of starting it. */
const leastWork = 20_000;
const mostTasks = 256;

/**
 * Divides the outermost loop of a kernel into tasks if its iterations are independent and the kernel contains nothing else;
 * returns undefined if the kernel runs as one task. Depends only on the kernel, not on the number of threads.
 */
export function divideKernel(kernel: Kernel, choices: VectorChoices, cost: number): TaskDivision | undefined {
  const loop = kernel.body.at(-1);
  if (loop?.kind !== 'loop' || kernel.axes[loop.axis].kind !== 'parallel') return undefined;
  if (!kernel.body.every((statement) => statement === loop || statement.kind === 'define')) return undefined;
  const { extent } = kernel.axes[loop.axis];
  const unit = unitOf(choices.get(loop));
  const least = Math.max((leastWork * extent) / cost, extent / mostTasks);
  const iterations = Math.ceil(least / unit) * unit;
  const tasks = Math.ceil(extent / iterations);
  return tasks > 1 ? { loop, iterations, tasks } : undefined;
}

/** Returns the number of iterations of a loop that vectorized code runs together, which tasks cannot divide. */
function unitOf(choice: VectorChoice | undefined): number {
  if (choice === undefined) return 1;
  return choice.kind === 'strips' ? 4 * choice.jam : tileIterations;
}
