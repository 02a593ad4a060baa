import type { Emit, FunctionBuilder, LocalId } from '../../wasm/index.ts';

/** Element types that have a product; narrower ones are cast before. Integers wrap. */
export type DotType = 'float32' | 'float64' | 'int32' | 'uint32';

/** Strides of an operand, in elements; never negative. 0 repeats an element (a broadcast). */
export interface DotStrides {
  /** One stride for each axis of `DotShape.batch`. */
  readonly batch: readonly number[];
  /** One for each of the operand's own axes: `rows` of the left operand, `columns` of the right one. */
  readonly free: readonly number[];
  /** One for each axis of `DotShape.contract`. */
  readonly contract: readonly number[];
}

/** Strides of the result along the batch axes and along m and n, in elements; never negative. */
export interface DotOutput {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
}

/**
 * A batched matrix product: `out[b, i, j] = sum over p of lhs[b, i, p] * rhs[b, p, j]`, all sizes known. Each of i, j and
 * p counts through several axes, the last one fastest, along which operands step as they like: windows that overlap are
 * rows of a matrix too. [] stands for one element.
 *
 * The result overlaps neither operand. Whole vectors are read at the end of rows: the 12 bytes behind the last element
 * of an operand have to be inside of the memory, whatever they hold.
 */
export interface DotShape {
  readonly dtype: DotType;
  readonly batch: readonly number[];
  /** Extents whose product is m. */
  readonly rows: readonly number[];
  /** Extents whose product is n. */
  readonly columns: readonly number[];
  /** Extents whose product is k. */
  readonly contract: readonly number[];
  readonly lhs: DotStrides;
  readonly rhs: DotStrides;
  readonly out: DotOutput;
}

/** Buffers that a product works in beside its operands and result; 16-byte aligned addresses are best. */
export type DotScratch = 'lhsPanels' | 'rhsPanels' | 'partials';

/**
 * Code that pushes the byte address (i32) of element 0 of each buffer; it runs once, at the start of the function.
 * Scratch addresses are asked for only where `DotPlan.scratch` is above 0.
 */
export type DotPointers = { readonly [K in 'lhs' | 'rhs' | 'out' | DotScratch]?: Emit };

/** An index along an axis of the result: a local plus a constant. */
export interface SiteIndex {
  readonly local: LocalId;
  readonly offset: number;
}

/** Finished sums that wait to be stored, and where they belong. */
export interface DotSite {
  /**
   * `vector`: `value` is a v128 of four neighbours along `axis`, of which the first `lanes` exist and the others hold
   * rubbish. `scalar`: `value` is one sum, of the type of the product (f32, f64 or i32).
   */
  readonly kind: 'vector' | 'scalar';
  readonly value: LocalId;
  readonly lanes: 1 | 2 | 3 | 4;
  /** The axis of the result that the lanes lie along; its output stride is 1 (or `lanes` is 1). */
  readonly axis: 'm' | 'n';
  /** The index along each batch axis, in locals. */
  readonly batch: readonly LocalId[];
  /** Index of the first lane. */
  readonly m: SiteIndex;
  readonly n: SiteIndex;
  /** Byte address of the first lane in the result: a local plus a constant, as a store takes it. */
  readonly address: SiteIndex;
}

/**
 * What happens to a finished sum. `begin` runs once at the start of the function, in which addresses can be fetched
 * into locals; `store` is emitted at every place where sums are finished (up to some 24 in one function), and has to
 * write everything that depends on them.
 */
export interface DotEpilogue {
  begin?(f: FunctionBuilder): void;
  store(f: FunctionBuilder, site: DotSite): void;
}
