import type { Plan, Step } from './plan.ts';
import { checksIndices, stepSlots } from './step-slots.ts';

/** A buffer that a step binds, and whether the step reads or writes it. */
export interface StepBinding {
  /** The first slot that uses the buffer; null for the record of index errors. */
  readonly root: number | null;
  /** True if the step reads the buffer. */
  readonly read: boolean;
  /** True if the step writes the buffer. */
  readonly written: boolean;
}

/**
 * Returns the buffers that a step binds, each once. An output that overwrites a donated input uses the buffer of the
 * input, and all values in an arena use the buffer of the arena. Returns an empty list for loops and branches, because
 * only the steps of their plans bind buffers.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, stepBindings } from '@manabi/compiler';
 *
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * console.log(stepBindings(plan, plan.steps[0]).length); // 2
 * ```
 */
export function stepBindings(plan: Plan, step: Step): readonly StepBinding[] {
  if (step.kind === 'loop' || step.kind === 'branch') return [];
  const bindings = new Map<number, { root: number; read: boolean; written: boolean }>();
  for (const { slot, read, written } of stepSlots(step)) {
    const root = rootOf(plan, slot);
    const known = bindings.get(root);
    if (known === undefined) bindings.set(root, { root, read, written });
    else {
      known.read ||= read;
      known.written ||= written;
    }
  }
  const errors = checksIndices(step) ? [{ root: null, read: true, written: true }] : [];
  return [...bindings.values(), ...errors];
}

/**
 * Returns the first slot that uses the same buffer as the given slot. An output that overwrites a donated input uses
 * the buffer of the input, and all values in an arena use the buffer of the arena.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, rootOf } from '@manabi/compiler';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const plan = compilePlan(b.finish([b.neg(x)]), { target: cpuTarget, donated: [0] });
 * console.log(plan.slots.map((_, slot) => rootOf(plan, slot))); // [0, 0]
 * ```
 */
export function rootOf({ slots }: Plan, slot: number): number {
  const { place } = slots[slot];
  switch (place.kind) {
    case 'constant':
    case 'input':
      return slot;
    case 'output': {
      const { reuses } = place;
      return reuses === null
        ? slot
        : slots.findIndex((other) => other.place.kind === 'input' && other.place.input === reuses);
    }
    case 'arena':
      return slots.findIndex((other) => other.place.kind === 'arena' && other.place.arena === place.arena);
  }
}
