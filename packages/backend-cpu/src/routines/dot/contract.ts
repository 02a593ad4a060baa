import type { Emit, FunctionBuilder, LocalId } from '../../wasm/index.ts';

/** Element types of products. Operands of narrower types are cast first. Integers wrap. */
export type DotType = 'float32' | 'float64' | 'int32' | 'uint32';

/** Non-negative strides of an operand in elements. A stride of 0 broadcasts an element. */
export interface DotStrides {
  /** Strides along the axes of `DotShape.batch`. */
  readonly batch: readonly number[];
  /** Strides along `DotShape.rows` for the left operand, and along `DotShape.columns` for the right operand. */
  readonly free: readonly number[];
  /** Strides along the axes of `DotShape.contract`. */
  readonly contract: readonly number[];
}

/**
 * Non-negative strides of the result in elements: along the batch axes, along its rows (`m`) and along its columns
 * (`n`).
 */
export interface DotOutput {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
}

/**
 * A batched matrix product with constant sizes: `out[b, i, j] = sum over p of lhs[b, i, p] * rhs[b, p, j]`. Each of i,
 * j and p runs over several axes with any strides, and the last axis varies fastest. So the rows of a matrix can be
 * overlapping windows. An empty list of axes stands for one element.
 *
 * The result must not overlap an operand. Whole vectors are read even at the end of rows, so the 12 bytes after the
 * last element of an operand must be inside the memory; their contents do not matter.
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

/** Names of the scratch buffers of a product. They are fastest at 16-byte aligned addresses. */
export type DotScratch = 'lhsPanels' | 'rhsPanels' | 'partials';

/**
 * Code that pushes the byte address (i32) of element 0 of each buffer. It runs once, at the start of the function. A scratch
 * buffer needs an address only if its size in `DotPlan.scratch` is not 0.
 */
export type DotPointers = { readonly [K in 'lhs' | 'rhs' | 'out' | DotScratch]?: Emit };

/** An index or an address: the value of a local plus a constant. */
export interface SiteIndex {
  readonly local: LocalId;
  readonly offset: number;
}

/** One or several finished sums of a product, and their position in the result. */
export interface DotSite {
  /**
   * `vector`: `value` is a v128 of four adjacent sums along `axis`; only the first `lanes` are valid. `scalar`: `value` is
   * one sum of the type of the product (f32, f64 or i32).
   */
  readonly kind: 'vector' | 'scalar';
  readonly value: LocalId;
  readonly lanes: 1 | 2 | 3 | 4;
  /**
   * Axis of the result along which the lanes extend. The stride of the result along this axis is 1, unless `lanes` is
   * 1.
   */
  readonly axis: 'm' | 'n';
  /** Locals with the index along each batch axis. */
  readonly batch: readonly LocalId[];
  /** Indices of the first lane along m and n. */
  readonly m: SiteIndex;
  readonly n: SiteIndex;
  /** Byte address of the first lane in the result: a local plus a constant, as operands of a store. */
  readonly address: SiteIndex;
}

/**
 * Functions that write the code which processes finished sums. `begin` writes code for the start of the function, for
 * example code that loads addresses into locals. `store` is called for every place in the function where sums are
 * finished (up to about 24), and writes code that stores all results which depend on these sums.
 */
export interface DotEpilogue {
  begin?(f: FunctionBuilder): void;
  store(f: FunctionBuilder, site: DotSite): void;
}
