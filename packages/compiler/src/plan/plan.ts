import type { DType, HostArray, IndexSite, TensorType } from '@manabi/ir';
import type { Kernel } from './kernel.ts';
import type { RoutineStep } from './routine-step.ts';

/**
 * A graph made ready for loops and memory: kernels and routines in order, and where everything lies. Plain data, that a
 * test can print and a backend renders.
 */
export interface Plan {
  /** Every piece of memory that steps read or write, by slot number. */
  readonly slots: readonly Slot[];
  readonly steps: readonly Step[];
  /** Bytes of each piece of scratch memory: one arena that values share, or buffers that they take in turn. */
  readonly arenas: readonly number[];
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /**
   * What each checked index of the plan was about, for the error message. Where several are out of range, the one at the
   * lowest position of the first site is reported, so that the same run gives the same error.
   */
  readonly sites: readonly IndexSite[];
}

/** A piece of memory. Elements are row-major from its start. */
export interface Slot {
  readonly dtype: DType;
  readonly elements: number;
  /** Bytes that the elements take as they are stored. */
  readonly bytes: number;
  /** Whether the elements lie packed, as on the host, although others of the dtype take more bytes; see `PlanTarget`. */
  readonly packed: boolean;
  /**
   * In the plan of a loop or branch: whether the elements begin at a place, known when the plan runs, within a buffer that
   * is bound as a whole. Indices count from there.
   */
  readonly sliced: boolean;
  readonly place: SlotPlace;
}

/** Where a slot lies. */
export type SlotPlace =
  | { readonly kind: 'input'; readonly input: number }
  /** Fresh memory for an output, or the memory of the donated input `reuses`. */
  | { readonly kind: 'output'; readonly output: number; readonly reuses: number | null }
  /** Scratch memory: `arena` is its position in `arenas`, `offset` counts bytes. */
  | { readonly kind: 'arena'; readonly arena: number; readonly offset: number }
  | { readonly kind: 'constant'; readonly value: HostArray };

/** One step of a plan. */
export type Step =
  | { readonly kind: 'kernel'; readonly kernel: Kernel }
  | RoutineStep
  | { readonly kind: 'loop'; readonly loop: Loop }
  | { readonly kind: 'branch'; readonly branch: Branch };

/**
 * A plan that is run again and again, each time with other addresses. Its inputs are the carries, a slice of each x and
 * the constants; its outputs the next carries and a slice of each y. Slices lie one after the other, in the order of
 * turns, or against it if `reverse` is set.
 */
export interface Loop {
  readonly body: Plan;
  /** A plan of the same inputs that says before each turn, with one bool in `verdict`, whether it is made. */
  readonly test: Plan | null;
  /** Number of turns, or the most of them; null if only the test ends the loop. */
  readonly turns: number | null;
  readonly reverse: boolean;
  readonly carries: readonly LoopCarry[];
  /** Slots of all slices of each x and y, and of each constant. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly constants: readonly number[];
  /** The slot that a test answers in; null without one. */
  readonly verdict: number | null;
  /** The slots in which the body and the test have their arenas, in order. */
  readonly arenas: readonly number[];
  /**
   * Who ends a loop with a test. The host reads the verdict before each turn. A device is given turns in advance, of which
   * those after a verdict of false do nothing; it cannot know which turn is the last, so that each reads `final` and writes
   * `spare`, which begins as `initial` too and is copied to `final` after every turn, made or not.
   */
  readonly decisions: 'host' | 'device';
}

/** Where a carry lies: slots of the plan that the loop is a step of. */
export interface LoopCarry {
  readonly initial: number;
  readonly final: number;
  /**
   * A second place: turns read one and write the other, alternately, so that the last writes `final`; see `decisions` for
   * loops that a device ends. Null if the body writes over what it reads: then the carry stays in `final`.
   */
  readonly spare: number | null;
}

/** Two plans of equal inputs and outputs, one of which is run. */
export interface Branch {
  /** The slot of the bool that decides. */
  readonly condition: number;
  readonly thenPlan: Plan;
  readonly elsePlan: Plan;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The slots in which both plans have their arenas, in order. */
  readonly arenas: readonly number[];
  /** Who reads the condition: the host, or the device, which is given the steps of both plans and skips those of one. */
  readonly decisions: 'host' | 'device';
}
