import type { Instruction, Kernel, Varying } from '@manabi/compiler';
import type { Combine, DType } from '@manabi/ir';
import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import type { ModuleSupport } from './support.ts';
import type { VectorChoices } from './vector-choices.ts';
import type { WideSum } from './wide-sum.ts';

/** Properties of a slot (a buffer of the plan) that the code of a kernel depends on. */
export interface SlotShape {
  readonly dtype: DType;
  readonly elements: number;
}

/** Where a scalar of a kernel is stored: as a constant, in a local, or in one vector for each instance of a region. */
export type ValueLocation =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'scalar'; readonly local: LocalId }
  | { readonly kind: 'vectors'; readonly locals: readonly LocalId[] };

/**
 * Where an accumulator of a kernel is stored. `scalar`: in a local. `partial`: in a local and in vectors whose lanes
 * hold parts of the value, which are combined when the accumulator is read. `vectors`: in vectors, each lane of which
 * is a separate accumulator.
 *
 * Maximum instructions that propagate NaN are slow. With `nans`, vectors are combined by fast instructions that ignore
 * NaN, and masks record the lanes in which a NaN occurred.
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

/**
 * Where the current value of an axis is stored. `constant`: known when the code is written. `counted`: the counter of a
 * loop, which also advances pointers. `given`: a local plus an offset.
 */
export type AxisLocation =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'counted'; readonly local: LocalId }
  | { readonly kind: 'given'; readonly local: LocalId; readonly offset: number };

/**
 * A byte address that loops advance: the value of a local, which is never below the start of the slot, plus an offset.
 */
export interface Pointer {
  readonly local: LocalId;
  readonly offset: number;
}

/**
 * One of the vectors of a region: the distances of its first lane from the current values of `axis` and `acrossAxis`.
 */
export interface Instance {
  readonly along: number;
  readonly across: number;
}

/**
 * Vectorized code: four iterations of `axis` run in the four lanes of a vector. The region has several such vectors,
 * its instances; each statement is written once for each of them. In the last instance (in all instances, if there is
 * an `acrossAxis`), only the first `lanes` lanes are active.
 */
export interface Region {
  readonly axis: number;
  /** In a tile that is transposed in registers, the axis along which `Instance.across` is measured; otherwise null. */
  readonly acrossAxis: number | null;
  readonly instances: readonly Instance[];
  readonly lanes: number;
  readonly varying: Varying;
  /** Scalars that are equal in all lanes, but are read as vectors. */
  readonly splatted: ReadonlySet<number>;
}

/** One lane of a vector of a region: the number of the instance, and the number of the lane in it. */
export interface Lane {
  readonly instance: number;
  readonly lane: number;
}

/** State while the code of a kernel is written to a function. */
export interface Emission {
  readonly f: FunctionBuilder;
  readonly kernel: Kernel;
  readonly slots: readonly SlotShape[];
  readonly support: ModuleSupport;
  readonly table: LocalId;
  readonly choices: VectorChoices;
  readonly axes: (AxisLocation | undefined)[];
  readonly values: (ValueLocation | undefined)[];
  /** For scalars that are equal in all lanes: local of a vector with the scalar in every lane. */
  readonly splats: Map<number, LocalId>;
  readonly accumulators: (AccumulatorLocation | undefined)[];
  readonly pointers: Map<string, Pointer>;
  /** Locals of quotients and remainders that enclosing loops have computed, by `atomKey`. */
  readonly atoms: Map<string, LocalId>;
  readonly definitions: ReadonlyMap<number, Instruction>;
  /** Where an epilogue finds the value that `result` instructions read; null in other kernels. */
  readonly result: ValueLocation | null;
  region: Region | null;
}

/** Returns the number of active lanes of an instance. */
export function activeLanes({ acrossAxis, instances, lanes }: Region, instance: number): number {
  return acrossAxis !== null || instance === instances.length - 1 ? lanes : 4;
}

/** Returns the axes whose values differ between the lanes or instances of a region. */
export function regionAxes({ axis, acrossAxis }: Pick<Region, 'axis' | 'acrossAxis'>): readonly number[] {
  return acrossAxis === null ? [axis] : [axis, acrossAxis];
}

/** Returns the error for a statement or instruction that a kernel must not contain at its position. */
export function misplaced(e: Emission, what: string): Error {
  return new Error(`Kernel ${e.kernel.name} must not have ${what} at this position.`);
}
