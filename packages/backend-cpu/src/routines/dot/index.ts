import type { FunctionBuilder } from '../../wasm/index.ts';
import type { DotEpilogue, DotPointers } from './contract.ts';
import { plainStore } from './element.ts';
import { emitTiles } from './matrix.ts';
import { emitPack } from './pack.ts';
import type { DotPlan, DotStep } from './plan.ts';
import { emitScalar } from './scalar.ts';
import { emitAxpy, emitInner } from './vector.ts';

export type * from './contract.ts';
export { plainStore, storeLanes } from './element.ts';
export type { DotOperandName, DotPlan, DotStep } from './plan.ts';
export { planDot } from './strategy.ts';
export { taskCount } from './tasks.ts';

/**
 * Writes one step of a product into a function with the parameters `stepParams`: (table, begin, end). The step has
 * `taskCount(step.grid)` tasks. However they are divided among calls and threads, the bits of the result are the same.
 * All tasks of the previous step must be complete before the step starts.
 *
 * `for (const step of plan.steps) emitDotStep(module.function(name, stepParams, []), plan, step, pointers)` writes a
 * plan.
 */
export function emitDotStep(
  f: FunctionBuilder,
  { shape }: DotPlan,
  step: DotStep,
  pointers: DotPointers,
  epilogue: DotEpilogue = plainStore(shape.dtype),
): void {
  switch (step.kind) {
    case 'pack':
      emitPack(f, shape, step, pointers);
      break;
    case 'tile':
    case 'addParts':
      emitTiles(f, shape, step, pointers, epilogue);
      break;
    case 'axpy':
      emitAxpy(f, shape, step, pointers, epilogue);
      break;
    case 'inner':
      emitInner(f, shape, step, pointers, epilogue);
      break;
    case 'scalar':
      emitScalar(f, shape, step, pointers, epilogue);
      break;
  }
}
