import type { Instruction, Kernel } from '@manabi/compiler';
import { type Combine, type DType, ManabiError } from '@manabi/ir';
import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import type { ModuleSupport } from './support.ts';
import type { Varying } from './varying.ts';
import type { VectorChoices } from './vector-choices.ts';
import type { WideSum } from './wide-sum.ts';

/** What kernel code must know of a slot. */
export interface SlotShape {
  readonly dtype: DType;
  readonly elements: number;
}

/** Where the value of a scalar is: known, in a local, or in one vector for each instance of the region. */
export type ValuePlace =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'scalar'; readonly local: LocalId }
  | { readonly kind: 'vectors'; readonly locals: readonly LocalId[] };

/**
 * Where an accumulator is. `partial`: in a local, and beside it in vectors whose lanes keep parts of it, all joined when
 * it is read. `vectors`: every lane is an accumulator of its own.
 *
 * Instructions for the largest of floats that keep NaN are slow. Where there are `nans`, vectors are joined by the fast
 * ones, which pass NaN over, and masks beside them remember in which lanes there was one.
 */
export type AccumulatorPlace = { readonly totals: WideTotals | null } & (
  | { readonly kind: 'scalar'; readonly local: LocalId }
  | (VectorAccumulator & { readonly kind: 'partial'; readonly local: LocalId; readonly combine: Combine })
  | (VectorAccumulator & { readonly kind: 'vectors' })
);

/** The float64 totals of a long float32 sum: one for each of its vectors, and a scalar where it has one. */
export interface WideTotals {
  readonly vectors: readonly WideSum[];
  readonly scalar: LocalId | null;
}

/** The vectors of an accumulator, one for each instance of a region. */
export interface VectorAccumulator {
  readonly vectors: readonly LocalId[];
  readonly nans: readonly LocalId[] | null;
}

/** Where the running value of an axis is. `counted`: by a loop that moves pointers along with it. */
export type AxisPlace =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'counted'; readonly local: LocalId }
  | { readonly kind: 'given'; readonly local: LocalId; readonly offset: number };

/** A byte address that moves with loops: a local that is never below the slot's start, and what is to be added to it. */
export interface Pointer {
  readonly local: LocalId;
  readonly offset: number;
}

/** One vector's worth of turns in a region: how far its first lane is from the running values of the axes. */
export interface Instance {
  readonly along: number;
  readonly across: number;
}

/**
 * Code in which four turns of `axis` run in the lanes of vectors. Each statement is written for every instance; in the
 * last one (in all of them, if there is an `acrossAxis`), only the first `lanes` lanes stand for turns that exist.
 */
export interface Region {
  readonly axis: number;
  /** The axis that `Instance.across` counts along: of a tile that is transposed in registers. */
  readonly acrossAxis: number | null;
  readonly instances: readonly Instance[];
  readonly lanes: number;
  readonly varying: Varying;
  /** Scalars that are the same in all lanes and are read as vectors. */
  readonly splatted: ReadonlySet<number>;
}

/** One lane of one instance. */
export interface Lane {
  readonly instance: number;
  readonly lane: number;
}

/** A kernel being written into a function. */
export interface Emission {
  readonly f: FunctionBuilder;
  readonly kernel: Kernel;
  readonly slots: readonly SlotShape[];
  readonly support: ModuleSupport;
  readonly table: LocalId;
  readonly choices: VectorChoices;
  readonly axes: (AxisPlace | undefined)[];
  readonly values: (ValuePlace | undefined)[];
  /** Vectors with the value of a uniform scalar in every lane. */
  readonly splats: Map<number, LocalId>;
  readonly accumulators: (AccumulatorPlace | undefined)[];
  readonly pointers: Map<string, Pointer>;
  /** Values of quotients and remainders that an enclosing loop computed. */
  readonly atoms: Map<string, LocalId>;
  readonly definitions: ReadonlyMap<number, Instruction>;
  /** In an epilogue, what a `result` instruction stands for. */
  readonly result: ValuePlace | null;
  region: Region | null;
}

/** Number of lanes of an instance that stand for turns. */
export function activeLanes({ acrossAxis, instances, lanes }: Region, instance: number): number {
  return acrossAxis !== null || instance === instances.length - 1 ? lanes : 4;
}

/** The axes that differ between the lanes and instances of a region. */
export function regionAxes({ axis, acrossAxis }: Pick<Region, 'axis' | 'acrossAxis'>): readonly number[] {
  return acrossAxis === null ? [axis] : [axis, acrossAxis];
}

/** The error for a kernel that breaks the rules of kernels. */
export function misplaced(e: Emission, what: string): ManabiError {
  return new ManabiError('backend', `Kernel ${e.kernel.name} has ${what} where there can be none.`, {
    data: { kernel: e.kernel.name },
  });
}
