import type {
  FunctionBuilder,
  LaneOperationName,
  LoadName,
  LocalId,
  OperationName,
  StoreName,
  ValueType,
} from '../../wasm/index.ts';
import type { DotEpilogue, DotType } from './contract.ts';

/** WebAssembly instructions that a product uses for one element type. */
export interface DotElement {
  readonly bytes: 4 | 8;
  readonly scalar: ValueType;
  readonly load: LoadName;
  readonly store: StoreName;
  readonly multiply: OperationName;
  readonly add: OperationName;
  /** Instructions on vectors of four lanes; undefined for types that use scalar code. */
  readonly vector?: {
    readonly multiply: OperationName;
    readonly add: OperationName;
    readonly extract: LaneOperationName;
  };
  readonly zero: (f: FunctionBuilder) => FunctionBuilder;
}

const integer: DotElement = {
  bytes: 4,
  scalar: 'i32',
  load: 'i32.load',
  store: 'i32.store',
  multiply: 'i32.mul',
  add: 'i32.add',
  vector: { multiply: 'i32x4.mul', add: 'i32x4.add', extract: 'i32x4.extract_lane' },
  zero: (f) => f.i32(0),
};

/** Instructions by element type. Integers wrap, so both integer types use the same instructions. */
export const dotElements: { readonly [K in DotType]: DotElement } = {
  float32: {
    bytes: 4,
    scalar: 'f32',
    load: 'f32.load',
    store: 'f32.store',
    multiply: 'f32.mul',
    add: 'f32.add',
    vector: { multiply: 'f32x4.mul', add: 'f32x4.add', extract: 'f32x4.extract_lane' },
    zero: (f) => f.f32(0),
  },
  float64: {
    bytes: 8,
    scalar: 'f64',
    load: 'f64.load',
    store: 'f64.store',
    multiply: 'f64.mul',
    add: 'f64.add',
    zero: (f) => f.f64(0),
  },
  int32: integer,
  uint32: integer,
};

/**
 * Writes code that adds the product of the two vectors that `factors` pushes to a local. Sums of float32 are rounded once per
 * term if the module may use fused multiply-add.
 */
export function addProduct(
  f: FunctionBuilder,
  { multiply, add }: NonNullable<DotElement['vector']>,
  sum: LocalId,
  factors: () => void,
): void {
  if (add === 'f32x4.add') f.addProduct(sum, factors);
  else {
    f.get(sum);
    factors();
    f.op(multiply, add).set(sum);
  }
}

/** Writes code that stores the first `lanes` 32-bit lanes of a vector at `address` + `offset`. */
export function storeLanes(f: FunctionBuilder, address: LocalId, offset: number, vector: LocalId, lanes: number): void {
  if (lanes === 4) {
    f.get(address).get(vector).store('v128.store', offset);
    return;
  }
  if (lanes >= 2) f.get(address).get(vector).laneMemory('v128.store64_lane', 0, offset);
  if (lanes !== 2) {
    f.get(address)
      .get(vector)
      .laneMemory('v128.store32_lane', lanes - 1, offset + 4 * (lanes - 1));
  }
}

/** Returns the epilogue of a plain product, which only stores the sums. */
export function plainStore(dtype: DotType): DotEpilogue {
  return {
    store(f, { kind, value, lanes, address }) {
      if (kind === 'vector') storeLanes(f, address.local, address.offset, value, lanes);
      else f.get(address.local).get(value).store(dotElements[dtype].store, address.offset);
    },
  };
}
