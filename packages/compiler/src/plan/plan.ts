import type { DType, HostArray, IndexSite, TensorType } from '@manabi/ir';
import type { Kernel } from './kernel.ts';
import type { RoutineStep } from './routine-step.ts';

/**
 * A compiled graph as plain data: kernels and routines in order, and the memory layout. Tests can print it and backends
 * render it.
 */
export interface Plan {
  /** All memory that steps read or write, by slot number. */
  readonly slots: readonly Slot[];
  /** Steps in the order of execution. */
  readonly steps: readonly Step[];
  /**
   * Bytes of each piece of scratch memory: one arena that values share, or buffers that values use one after the other.
   */
  readonly arenas: readonly number[];
  /** Types of the inputs. */
  readonly inputs: readonly TensorType[];
  /** Types of the outputs. */
  readonly outputs: readonly TensorType[];
  /**
   * Context of each checked index, for the error message. If several indices are out of range, the one at the lowest
   * position of the first site is reported, so that equal runs report equal errors.
   */
  readonly sites: readonly IndexSite[];
}

/** A piece of memory. Elements are in row-major order from its start. */
export interface Slot {
  readonly dtype: DType;
  /** Number of elements. */
  readonly elements: number;
  /** Bytes of the elements as they are stored. */
  readonly bytes: number;
  /**
   * True if elements are packed as on the host, although the target stores the dtype in more bytes; see `PlanTarget`.
   */
  readonly packed: boolean;
  /**
   * Only in plans of loops and branches: true if the elements start at an offset, known at run time, within a buffer
   * that is bound as a whole. Indices count from that offset.
   */
  readonly sliced: boolean;
  /** Location of the memory. */
  readonly place: SlotPlace;
}

/** Location of a slot's memory. */
export type SlotPlace =
  /** The memory of an input. */
  | { readonly kind: 'input'; readonly input: number }
  /** New memory for an output, or that of the donated input `reuses`. */
  | { readonly kind: 'output'; readonly output: number; readonly reuses: number | null }
  /** Scratch memory: index of the piece in `arenas`, and offset in bytes. */
  | { readonly kind: 'arena'; readonly arena: number; readonly offset: number }
  /** Constant memory with these elements. */
  | { readonly kind: 'constant'; readonly value: HostArray };

/** One step of a plan. */
export type Step =
  | { readonly kind: 'kernel'; readonly kernel: Kernel }
  | RoutineStep
  | { readonly kind: 'loop'; readonly loop: Loop }
  | { readonly kind: 'branch'; readonly branch: Branch };

/**
 * A plan that runs repeatedly with different addresses. Its inputs are the carries, a slice of each x and the
 * constants; its outputs are the next carries and a slice of each y. Slices are stored in the order of iterations, or
 * in the opposite order if `reverse` is true.
 */
export interface Loop {
  /** Plan of one iteration. */
  readonly body: Plan;
  /**
   * Plan with the same inputs that runs before each iteration and returns in `verdict` whether to continue; null
   * without a test.
   */
  readonly test: Plan | null;
  /** Number of iterations, or their maximum if there is a test; null if only the test ends the loop. */
  readonly turns: number | null;
  /** True if slices are read and written from last to first. */
  readonly reverse: boolean;
  /** Slots of the carries. */
  readonly carries: readonly LoopCarry[];
  /** Slots of the stacked slices of each x. */
  readonly xs: readonly number[];
  /** Slots of the stacked slices of each y. */
  readonly ys: readonly number[];
  /** Slots of the constants. */
  readonly constants: readonly number[];
  /** Slot of the test's result; null without a test. */
  readonly verdict: number | null;
  /** Slots of the arenas of the body and the test, in order. */
  readonly arenas: readonly number[];
  /**
   * Whether the host or the device ends a loop with a test. The host reads the verdict before each iteration. A device
   * receives iterations in advance, and those after a false verdict do nothing. It does not know in advance which
   * iteration is the last, so each reads `final` and writes `spare`, which starts as a copy of `initial` and is copied
   * to `final` after every iteration, executed or not.
   */
  readonly decisions: 'host' | 'device';
}

/** Memory of a carry: slots of the plan that contains the loop. */
export interface LoopCarry {
  /** Slot of the initial value. */
  readonly initial: number;
  /** Slot of the final value. */
  readonly final: number;
  /**
   * A second slot: iterations alternate between reading one and writing the other, so that the last one writes `final`;
   * see `decisions` for loops that a device ends. Null if the body updates the carry in place, in `final`.
   */
  readonly spare: number | null;
}

/** Two plans of equal inputs and outputs, one of which runs. */
export interface Branch {
  /** Slot of the bool condition. */
  readonly condition: number;
  /** Plan that runs if the condition is true. */
  readonly thenPlan: Plan;
  /** Plan that runs if the condition is false. */
  readonly elsePlan: Plan;
  /** Slots of the inputs. */
  readonly inputs: readonly number[];
  /** Slots of the outputs. */
  readonly outputs: readonly number[];
  /** Slots of the arenas of both plans, in order. */
  readonly arenas: readonly number[];
  /**
   * Whether the host or the device reads the condition. A device receives the steps of both plans and skips those of
   * one.
   */
  readonly decisions: 'host' | 'device';
}
