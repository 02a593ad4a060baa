import type { Kernel, KernelLoop } from '@manabi/compiler';
import type { VectorChoice, VectorChoices } from './vector-choices.ts';
import { tileIterations } from './vector-loops.ts';

/** Division of a kernel into `tasks` independent tasks, each of which runs `iterations` iterations of `loop`. */
export interface TaskDivision {
  readonly loop: KernelLoop;
  readonly iterations: number;
  readonly tasks: number;
}

/** Smallest estimated duration of a task in cycles: a few microseconds, much more than the cost of starting it. */
const leastWork = 20_000;
const mostTasks = 256;

/**
 * Divides the outermost loop of a kernel into tasks. The iterations of the loop must be independent, and the kernel
 * must contain nothing else; otherwise, or if the kernel is small, returns undefined, and the kernel runs as one task.
 * The division depends only on the kernel, not on the number of threads.
 */
export function divideKernel(kernel: Kernel, choices: VectorChoices, cost: number): TaskDivision | undefined {
  const loop = kernel.body.at(-1);
  if (loop?.kind !== 'loop' || kernel.axes[loop.axis].kind !== 'parallel') return undefined;
  if (!kernel.body.every((statement) => statement === loop || statement.kind === 'define')) return undefined;
  const { extent } = kernel.axes[loop.axis];
  const unit = unitOf(choices.get(loop));
  const least = Math.max((leastWork * extent) / cost, extent / mostTasks);
  const lengthOf = (parts: number): number => Math.ceil(extent / (parts * unit)) * unit;
  const most = Math.ceil(extent / (Math.ceil(least / unit) * unit));
  // Most machines have an even number of threads: of seven tasks, one of two threads would run four.
  const iterations = lengthOf(most + (most > 1 ? most % 2 : 0));
  const tasks = Math.ceil(extent / iterations);
  return tasks > 1 ? { loop, iterations, tasks } : undefined;
}

/** Returns the number of iterations that vectorized code runs together. A task has a multiple of this number. */
function unitOf(choice: VectorChoice | undefined): number {
  if (choice === undefined) return 1;
  return choice.kind === 'strips' ? 4 * choice.jam : tileIterations;
}
