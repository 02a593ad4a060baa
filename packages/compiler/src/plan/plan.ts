import type { DType, HostArray, TensorType } from '@manabi/ir';
import type { Kernel } from './kernel.ts';

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

/** An index that is checked when the plan runs. */
export interface IndexSite {
  /** The operator as the user knows it. */
  readonly op: string;
  /** The axis of the operand that is indexed, where it is one. */
  readonly axis: number | null;
  readonly extent: number;
}

/** One step of a plan. */
export type Step =
  | { readonly kind: 'kernel'; readonly kernel: Kernel }
  | { readonly kind: 'dot'; readonly dot: Dot }
  | { readonly kind: 'topK'; readonly topK: TopK }
  | { readonly kind: 'loop'; readonly loop: Loop }
  | { readonly kind: 'branch'; readonly branch: Branch };

/** The routines that are steps of a plan; all others run as the kernels and steps that their bodies become. */
export type StepRoutine = Exclude<Step['kind'], 'kernel' | 'loop' | 'branch'>;

/** One operand of a matrix product: a strided view of a slot. Strides count elements and are not negative. */
export interface DotOperand {
  readonly slot: number;
  readonly offset: number;
  /** One per batch axis. */
  readonly batchStrides: readonly number[];
  /** One per axis of `rows` for the left operand, of `columns` for the right. */
  readonly freeStrides: readonly number[];
  /** One per axis of `contract`. */
  readonly contractStrides: readonly number[];
}

/**
 * Matrix products of `[batch..., m, k]` and `[batch..., k, n]`, for each of which the epilogue says what becomes of the
 * finished elements. Rows, columns and what is contracted may be several axes each, where an operand steps through
 * memory so: a convolution is the product of overlapping windows with filters, read in place.
 */
export interface Dot {
  readonly dtype: DType;
  readonly batch: readonly number[];
  /** Extents whose product is m; [] stands for 1. */
  readonly rows: readonly number[];
  /** Extents whose product is n; [] stands for 1. */
  readonly columns: readonly number[];
  /** Extents whose product is k; [] stands for 1. */
  readonly contract: readonly number[];
  readonly left: DotOperand;
  readonly right: DotOperand;
  /** A kernel over the axes [batch..., m, n], without loops, that reads the element by a `result` instruction. */
  readonly epilogue: Kernel;
}

/** The k largest or smallest elements of each row, sorted, with their places; rows are contiguous. */
export interface TopK {
  readonly dtype: DType;
  readonly rows: number;
  readonly length: number;
  readonly k: number;
  readonly largest: boolean;
  readonly input: number;
  readonly values: number;
  readonly indices: number;
}

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
