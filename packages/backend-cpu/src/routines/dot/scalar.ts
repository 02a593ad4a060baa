import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { pushPointer, setAddress, setBatchAddress, setBlock } from './address.ts';
import { pushOffset } from './axes.ts';
import type { DotEpilogue, DotPointers, DotShape } from './contract.ts';
import { dotElements } from './element.ts';
import { type ScalarStep, sideOf } from './plan.ts';
import { siteAt } from './store.ts';
import { forTasks } from './tasks.ts';

/** Writes the step that computes one sum after the other, for element types without four-lane vectors. */
export function emitScalar(
  f: FunctionBuilder,
  shape: DotShape,
  step: ScalarStep,
  pointers: DotPointers,
  epilogue: DotEpilogue,
): void {
  const { lhs, rhs, out, contract } = shape;
  const element = dotElements[shape.dtype];
  const { bytes } = element;
  const [rowSide, columnSide] = [sideOf(shape, 'lhs'), sideOf(shape, 'rhs')];
  const bases = f.locals('i32', 3);
  const matrices = f.locals('i32', 3);
  const [row, begin, end, column, left, right, address] = f.locals('i32', 7);
  const depths = f.locals('i32', contract.length);
  const sum = f.local(element.scalar);
  pushPointer(f, pointers.lhs, 'lhs').set(bases[0]);
  pushPointer(f, pointers.rhs, 'rhs').set(bases[1]);
  pushPointer(f, pointers.out, 'out').set(bases[2]);
  epilogue.begin?.(f);

  const setPosition = (
    start: LocalId,
    matrix: LocalId,
    index: LocalId,
    extents: readonly number[],
    free: readonly number[],
  ) => {
    f.get(matrix);
    const strides = free.map((stride) => stride * bytes);
    if (pushOffset(f, index, 0, extents, strides)) f.op('i32.add');
    f.set(start);
  };
  const addProducts = (axis: number): void => {
    if (axis === contract.length) {
      f.get(sum).get(left).load(element.load).get(right).load(element.load);
      f.op(element.multiply, element.add).set(sum);
      return;
    }
    forRange(f, depths[axis], 0, contract[axis], 1, () => {
      addProducts(axis + 1);
      for (const [pointer, steps] of [
        [left, lhs.contract],
        [right, rhs.contract],
      ] as const) {
        const behind = axis + 1 < contract.length ? contract[axis + 1] * steps[axis + 1] : 0;
        const move = (steps[axis] - behind) * bytes;
        if (move !== 0) f.get(pointer).i32(move).op('i32.add').set(pointer);
      }
    });
  };
  forTasks(f, step.grid, ([block], batch) => {
    for (const [i, side] of [lhs, rhs, out].entries()) {
      setBatchAddress(f, matrices[i], bases[i], batch, side.batch, bytes);
    }
    setBlock(f, block, step.rowBlock, rowSide.extent, begin, end);
    forRange(
      f,
      row,
      () => f.get(begin),
      () => f.get(end),
      1,
      () =>
        forRange(f, column, 0, columnSide.extent, 1, () => {
          setPosition(left, matrices[0], row, rowSide.extents, lhs.free);
          setPosition(right, matrices[1], column, columnSide.extents, rhs.free);
          element.zero(f).set(sum);
          addProducts(0);
          setAddress(f, address, matrices[2], [
            [row, out.m * bytes],
            [column, out.n * bytes],
          ]);
          const tile = { rowSide, row, columnSide, column, batch, address, bytes };
          epilogue.store(f, siteAt(tile, 'scalar', sum, 0, 0, 1, 'n'));
        }),
    );
  });
}
