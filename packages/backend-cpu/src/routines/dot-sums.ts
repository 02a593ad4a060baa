import { type FunctionBuilder, forRange, type LocalId } from '../wasm/index.ts';
import { pushPointer, setAddress, setBatchAddress } from './dot-address.ts';
import type { DotEpilogue, DotPointers, DotType } from './dot-contract.ts';
import { dotElements } from './dot-element.ts';
import { forTasks, sizeOf, splitIndex, type TaskGrid } from './dot-tasks.ts';

/** Strides of an operand whose own axis and whose contracted axis are several axes each, in elements. */
export interface SumsOperand {
  readonly batch: readonly number[];
  readonly free: readonly number[];
  readonly contract: readonly number[];
}

/** A product whose rows, columns and contracted elements are counted along several axes. */
export interface SumsShape {
  readonly dtype: DotType;
  readonly batch: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly contract: readonly number[];
  readonly lhs: SumsOperand;
  readonly rhs: SumsOperand;
  readonly out: { readonly batch: readonly number[]; readonly m: number; readonly n: number };
}

/** How the work divides: a task for each index of the batch and each row. */
export function sumsGrid({ batch, rows }: SumsShape): TaskGrid {
  return { batch, batchesPerTask: 1, blocks: [sizeOf(rows), 1] };
}

/** Emits a product of several axes: one sum after the other, in the order of the contracted axes. */
export function emitSums(f: FunctionBuilder, shape: SumsShape, pointers: DotPointers, epilogue: DotEpilogue): void {
  const { lhs, rhs, out, contract } = shape;
  const element = dotElements[shape.dtype];
  const { bytes } = element;
  const bases = f.locals('i32', 3);
  const matrices = f.locals('i32', 3);
  const [column, rowStart, columnStart, left, right, address] = f.locals('i32', 6);
  const depths = f.locals('i32', contract.length);
  const sum = f.local(element.scalar);
  pushPointer(f, pointers.lhs, 'lhs').set(bases[0]);
  pushPointer(f, pointers.rhs, 'rhs').set(bases[1]);
  pushPointer(f, pointers.out, 'out').set(bases[2]);
  epilogue.begin?.(f);

  const terms = (indices: readonly LocalId[], strides: readonly number[]): (readonly [LocalId, number])[] =>
    indices.map((index, axis) => [index, strides[axis] * bytes] as const);
  const addProducts = (axis: number): void => {
    if (axis < contract.length) {
      forRange(f, depths[axis], 0, contract[axis], 1, () => addProducts(axis + 1));
      return;
    }
    setAddress(f, left, rowStart, terms(depths, lhs.contract));
    setAddress(f, right, columnStart, terms(depths, rhs.contract));
    f.get(sum).get(left).load(element.load).get(right).load(element.load);
    f.op(element.multiply, element.add).set(sum);
  };
  forTasks(f, sumsGrid(shape), ([row], batch) => {
    for (const [i, side] of [lhs, rhs, out].entries()) {
      setBatchAddress(f, matrices[i], bases[i], batch, side.batch, bytes);
    }
    setAddress(f, rowStart, matrices[0], terms(splitIndex(f, row, shape.rows), lhs.free));
    forRange(f, column, 0, sizeOf(shape.columns), 1, () => {
      setAddress(f, columnStart, matrices[1], terms(splitIndex(f, column, shape.columns), rhs.free));
      element.zero(f).set(sum);
      addProducts(0);
      setAddress(f, address, matrices[2], [
        [row, out.m * bytes],
        [column, out.n * bytes],
      ]);
      const at = (local: LocalId) => ({ local, offset: 0 });
      epilogue.store(f, {
        kind: 'scalar',
        value: sum,
        lanes: 1,
        axis: 'n',
        batch,
        m: at(row),
        n: at(column),
        address: at(address),
      });
    });
  });
}
