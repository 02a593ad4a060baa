import type { Instruction, Kernel } from '@manabi/compiler';
import { type Combine, type DType, ManabiError } from '@manabi/ir';
import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import type { ModuleSupport } from './support.ts';
import type { Varying } from './varying.ts';
import type { VectorChoices } from './vector-choices.ts';
import type { WideSum } from './wide-sum.ts';

/** Properties of a slot that kernel code depends on. */
export interface SlotShape {
  readonly dtype: DType;
  readonly elements: number;
}

/** Location of a scalar: a constant, a local, or one vector per instance of the region. */
export type ValueLocation =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'scalar'; readonly local: LocalId }
  | { readonly kind: 'vectors'; readonly locals: readonly LocalId[] };

/**
 * Location of an accumulator. `partial`: a local, plus vectors whose lanes hold parts of the value; reading combines them.
 * `vectors`: every lane is a separate accumulator.
 *
 * Maximum instructions that propagate NaN are slow. With `nans`, vectors are combined by fast instructions that ignore NaN,
 * and masks record the lanes in which a NaN occurred.
 */
export type AccumulatorLocation = { readonly totals: WideTotals | null } & (
  | { readonly kind: 'scalar'; readonly local: LocalId }
  | (VectorAccumulator & { readonly kind: 'partial'; readonly local: LocalId; readonly combine: Combine })
  | (VectorAccumulator & { readonly kind: 'vectors' })
);

/** Float64 totals of a long float32 sum: one for each of its vectors, and one for its scalar part if present. */
export interface WideTotals {
  readonly vectors: readonly WideSum[];
  readonly scalar: LocalId | null;
}

/** Vectors of an accumulator, one for each instance of a region. */
export interface VectorAccumulator {
  readonly vectors: readonly LocalId[];
  readonly nans: readonly LocalId[] | null;
}

/** Location of the current value of an axis. `counted`: held in the counter of a loop that also moves pointers. */
export type AxisLocation =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'counted'; readonly local: LocalId }
  | { readonly kind: 'given'; readonly local: LocalId; readonly offset: number };

/** A byte address that loops advance: a local, never below the start of the slot, plus an offset. */
export interface Pointer {
  readonly local: LocalId;
  readonly offset: number;
}

/** One vector of iterations in a region: distances of its first lane from the current values of the axes. */
export interface Instance {
  readonly along: number;
  readonly across: number;
}

/**
 * Code that runs four iterations of `axis` in the lanes of vectors. Each statement is written once per instance. In the
 * last instance (in all instances, if there is an `acrossAxis`), only the first `lanes` lanes are active.
 */
export interface Region {
  readonly axis: number;
  /** In a tile that is transposed in registers, the axis along which `Instance.across` is measured; otherwise null. */
  readonly acrossAxis: number | null;
  readonly instances: readonly Instance[];
  readonly lanes: number;
  readonly varying: Varying;
  /** Scalars that are equal in all lanes and read as vectors. */
  readonly splatted: ReadonlySet<number>;
}

/** One lane of an `Instance`. */
export interface Lane {
  readonly instance: number;
  readonly lane: number;
}

/** State of writing a kernel into a function. */
export interface Emission {
  readonly f: FunctionBuilder;
  readonly kernel: Kernel;
  readonly slots: readonly SlotShape[];
  readonly support: ModuleSupport;
  readonly table: LocalId;
  readonly choices: VectorChoices;
  readonly axes: (AxisLocation | undefined)[];
  readonly values: (ValueLocation | undefined)[];
  /** For uniform scalars, a vector with the scalar in every lane. */
  readonly splats: Map<number, LocalId>;
  readonly accumulators: (AccumulatorLocation | undefined)[];
  readonly pointers: Map<string, Pointer>;
  /** Quotients and remainders computed by enclosing loops, by `atomKey`. */
  readonly atoms: Map<string, LocalId>;
  readonly definitions: ReadonlyMap<number, Instruction>;
  /** Location of the value of `result` instructions in an epilogue; null elsewhere. */
  readonly result: ValueLocation | null;
  region: Region | null;
}

/** Returns the number of active lanes of an instance. */
export function activeLanes({ acrossAxis, instances, lanes }: Region, instance: number): number {
  return acrossAxis !== null || instance === instances.length - 1 ? lanes : 4;
}

/** Returns the axes that differ between the lanes and instances of a region. */
export function regionAxes({ axis, acrossAxis }: Pick<Region, 'axis' | 'acrossAxis'>): readonly number[] {
  return acrossAxis === null ? [axis] : [axis, acrossAxis];
}

/** Returns the error for a statement or instruction that a kernel must not contain at its position. */
export function misplaced(e: Emission, what: string): ManabiError {
  return new ManabiError('backend', `Kernel ${e.kernel.name} must not have ${what} at this position.`, {
    data: { kernel: e.kernel.name },
  });
}
