import type { Emit, FunctionBuilder, LocalId } from '../../wasm/index.ts';

/** Element types of products; narrower types are cast before. Integers wrap. */
export type DotType = 'float32' | 'float64' | 'int32' | 'uint32';

/** Non-negative strides of an operand in elements. A stride of 0 broadcasts an element. */
export interface DotStrides {
  /** Strides of the axes of `DotShape.batch`. */
  readonly batch: readonly number[];
  /** Strides of `DotShape.rows` for the left operand, of `columns` for the right one. */
  readonly free: readonly number[];
  /** Strides of the axes of `DotShape.contract`. */
  readonly contract: readonly number[];
}

/** Non-negative strides of the result in elements, along the batch axes and the axes of m and n. */
export interface DotOutput {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
}

/**
 * A batched matrix product with constant sizes: `out[b, i, j] = sum over p of lhs[b, i, p] * rhs[b, p, j]`. Each of i, j and
 * p indexes several axes, the last one fastest, with any strides, so overlapping windows can be rows of a matrix. [] is one
 * element.
 *
 * The result must not overlap an operand. Whole vectors are read at the end of rows, so the 12 bytes after the last element
 * of an operand must be inside the memory; their contents do not matter.
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

/** Scratch buffers of a product; 16-byte aligned addresses are fastest. */
export type DotScratch = 'lhsPanels' | 'rhsPanels' | 'partials';

/**
 * Code that pushes the byte address (i32) of element 0 of each buffer. It runs once, at the start of the function. A scratch
 * buffer needs an address only if its size in `DotPlan.scratch` is not 0.
 */
export type DotPointers = { readonly [K in 'lhs' | 'rhs' | 'out' | DotScratch]?: Emit };

/** An index along an axis of the result: a local plus a constant. */
export interface SiteIndex {
  readonly local: LocalId;
  readonly offset: number;
}

/** Finished sums and their position in the result. */
export interface DotSite {
  /**
   * `vector`: `value` is a v128 of four adjacent sums along `axis`; only the first `lanes` are valid. `scalar`: `value` is
   * one sum of the type of the product (f32, f64 or i32).
   */
  readonly kind: 'vector' | 'scalar';
  readonly value: LocalId;
  readonly lanes: 1 | 2 | 3 | 4;
  /** Axis of the result along the lanes; its output stride is 1, unless `lanes` is 1. */
  readonly axis: 'm' | 'n';
  /** Locals with the index along each batch axis. */
  readonly batch: readonly LocalId[];
  /** Index of the first lane. */
  readonly m: SiteIndex;
  readonly n: SiteIndex;
  /** Byte address of the first lane in the result: a local plus a constant, as operands of a store. */
  readonly address: SiteIndex;
}

/**
 * Code for finished sums. `begin` writes code for the start of the function, for example to load addresses into locals.
 * `store` is called wherever sums are finished (up to about 24 times in a function) and writes all results that depend on
 * them.
 */
export interface DotEpilogue {
  begin?(f: FunctionBuilder): void;
  store(f: FunctionBuilder, site: DotSite): void;
}
