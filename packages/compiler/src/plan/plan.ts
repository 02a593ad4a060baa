import type { DType, HostArray, IndexSite, TensorType } from '@manabi/ir';
import type { Kernel } from './kernel.ts';
import type { RoutineStep } from './routine-step.ts';

/**
 * A compiled graph as plain data: its steps in order, and the memory that they read and write. Backends generate code
 * from it, and `printPlan` formats it as text.
 */
export interface Plan {
  /** All values in memory. Steps refer to a slot by its index in this array. */
  readonly slots: readonly Slot[];
  /** Steps in the order of execution. */
  readonly steps: readonly Step[];
  /**
   * Size in bytes of each block of memory for intermediate values: one large arena, or several buffers that store one
   * value at a time.
   */
  readonly arenas: readonly number[];
  /** Dtype and shape of each input of the plan. */
  readonly inputs: readonly TensorType[];
  /** Dtype and shape of each output of the plan. */
  readonly outputs: readonly TensorType[];
  /**
   * For each index check, the operator and axis that error messages name. If several indices are out of range, the
   * first site with such an index is reported, at the lowest position, so that equal runs report equal errors.
   */
  readonly sites: readonly IndexSite[];
}

/** Memory of one value. Its elements are contiguous. */
export interface Slot {
  readonly dtype: DType;
  /** Number of elements that the slot stores. */
  readonly elements: number;
  /** Size of the elements in bytes, as the target stores them. */
  readonly bytes: number;
  /**
   * True for an input whose elements are stored as on the host, such as four uint8 per word, although the target
   * otherwise stores them in more bytes; see `PlanTarget.packedInputs`.
   */
  readonly packed: boolean;
  /**
   * Only in plans of loops and branches: true if a whole array is bound although the value is only a slice of it, whose
   * offset is known at run time. Indices count from the start of the slice.
   */
  readonly sliced: boolean;
  /** Which memory the slot uses. */
  readonly place: SlotPlace;
}

/** Which memory a slot uses. */
export type SlotPlace =
  /** The memory of the input with this number. */
  | { readonly kind: 'input'; readonly input: number }
  /** New memory for an output, or the memory of the donated input with the number `reuses`. */
  | { readonly kind: 'output'; readonly output: number; readonly reuses: number | null }
  /** Memory of an intermediate value: the index of the block in `Plan.arenas`, and the offset in bytes. */
  | { readonly kind: 'arena'; readonly arena: number; readonly offset: number }
  /** Memory that contains the elements of a constant. */
  | { readonly kind: 'constant'; readonly value: HostArray };

/** One step of a plan. */
export type Step =
  | { readonly kind: 'kernel'; readonly kernel: Kernel }
  | RoutineStep
  | { readonly kind: 'loop'; readonly loop: Loop }
  | { readonly kind: 'branch'; readonly branch: Branch };

/**
 * A loop, whose body is a plan. Inputs of the body are the carries, a slice of each array in `xs`, and the constants;
 * its outputs are the next carries and a slice of each array in `ys`. Iteration i uses slice i of the arrays, or counts
 * slices from the end if `reverse` is true.
 */
export interface Loop {
  /** Plan that runs in each iteration. */
  readonly body: Plan;
  /**
   * Plan that runs before each iteration, with the same inputs as the body, and writes to `verdict` whether the loop
   * continues. Null for a loop with a fixed number of iterations.
   */
  readonly test: Plan | null;
  /** Number of iterations, or the maximal number if there is a test; null if only the test ends the loop. */
  readonly turns: number | null;
  /** True if the first iteration reads and writes the last slices, and so on. */
  readonly reverse: boolean;
  /** Slots of each carry: the values that an iteration passes to the next one. */
  readonly carries: readonly LoopCarry[];
  /** Slots of the arrays of which the body reads a slice in each iteration. */
  readonly xs: readonly number[];
  /** Slots of the arrays of which the body writes a slice in each iteration. */
  readonly ys: readonly number[];
  /** Slots of the values that are the same in all iterations. */
  readonly constants: readonly number[];
  /** Slot to which the test writes its result; null for a loop without a test. */
  readonly verdict: number | null;
  /** Slots that provide the arenas of the body, followed by those of the test. */
  readonly arenas: readonly number[];
  /**
   * Whether the host or the device decides when a loop with a test ends. `host`: the host reads the verdict before each
   * iteration. `device`: iterations are submitted in advance, and those after a false verdict are skipped. Since any
   * iteration may be the last, each reads the carries in `final` and writes them to `spare`, which is then copied to
   * `final`, even if the iteration is skipped; `spare` therefore starts as a copy of `initial`.
   */
  readonly decisions: 'host' | 'device';
}

/** Slots of a carry, in the plan that contains the loop. */
export interface LoopCarry {
  /** Slot of the carry's initial value. */
  readonly initial: number;
  /** Slot of the carry's final value, a result of the loop. */
  readonly final: number;
  /**
   * A second slot for the carry: each iteration reads one of the two slots and writes the other, so that the last one
   * writes `final` (see `decisions` for loops that the device ends). Null if the body updates the carry in place, in
   * `final`.
   */
  readonly spare: number | null;
}

/** A branch: two plans with the same inputs and outputs, of which the condition selects one. */
export interface Branch {
  /** Slot of the bool that selects a plan. */
  readonly condition: number;
  /** Plan that runs if the condition is true. */
  readonly thenPlan: Plan;
  /** Plan that runs if the condition is false. */
  readonly elsePlan: Plan;
  /** Slots of the values that both plans take as inputs. */
  readonly inputs: readonly number[];
  /** Slots to which the selected plan writes its outputs. */
  readonly outputs: readonly number[];
  /** Slots that provide the arenas of `thenPlan`, followed by those of `elsePlan`. */
  readonly arenas: readonly number[];
  /**
   * `host`: the host reads the condition and runs one plan. `device`: the steps of both plans are submitted, and the
   * device skips those of the plan that is not selected.
   */
  readonly decisions: 'host' | 'device';
}
