import { type FunctionBuilder, forRange } from '../wasm/index.ts';
import { pushPointer, setAddress, setBatchAddress, setBlock } from './dot-address.ts';
import type { DotEpilogue, DotPointers, DotShape } from './dot-contract.ts';
import { dotElements } from './dot-element.ts';
import { type ScalarStep, sideOf } from './dot-plan.ts';
import { siteAt } from './dot-store.ts';
import { forTasks } from './dot-tasks.ts';

/** Emits the step that takes one sum after the other: for element types without vectors of four lanes. */
export function emitScalar(
  f: FunctionBuilder,
  shape: DotShape,
  step: ScalarStep,
  pointers: DotPointers,
  epilogue: DotEpilogue,
): void {
  const { lhs, rhs, out, k } = shape;
  const element = dotElements[shape.dtype];
  const { bytes } = element;
  const [rowSide, columnSide] = [sideOf(shape, 'lhs'), sideOf(shape, 'rhs')];
  const bases = f.locals('i32', 3);
  const matrices = f.locals('i32', 3);
  const [row, begin, end, column, depth, left, right, address] = f.locals('i32', 8);
  const sum = f.local(element.scalar);
  pushPointer(f, pointers.lhs, 'lhs').set(bases[0]);
  pushPointer(f, pointers.rhs, 'rhs').set(bases[1]);
  pushPointer(f, pointers.out, 'out').set(bases[2]);
  epilogue.begin?.(f);

  forTasks(f, step.grid, ([block], batch) => {
    for (const [i, side] of [lhs, rhs, out].entries()) {
      setBatchAddress(f, matrices[i], bases[i], batch, side.batch, bytes);
    }
    setBlock(f, block, step.rowBlock, shape.m, begin, end);
    forRange(
      f,
      row,
      () => f.get(begin),
      () => f.get(end),
      1,
      () =>
        forRange(f, column, 0, shape.n, 1, () => {
          setAddress(f, left, matrices[0], [[row, lhs.free * bytes]]);
          setAddress(f, right, matrices[1], [[column, rhs.free * bytes]]);
          element.zero(f).set(sum);
          forRange(f, depth, 0, k, 1, () => {
            f.get(sum).get(left).load(element.load).get(right).load(element.load);
            f.op(element.multiply, element.add).set(sum);
            f.get(left)
              .i32(lhs.contract * bytes)
              .op('i32.add')
              .set(left);
            f.get(right)
              .i32(rhs.contract * bytes)
              .op('i32.add')
              .set(right);
          });
          setAddress(f, address, matrices[2], [
            [row, out.m * bytes],
            [column, out.n * bytes],
          ]);
          const place = { rowSide, row, columnSide, column, batch, address, bytes };
          epilogue.store(f, siteAt(place, 'scalar', sum, 0, 0, 1, 'n'));
        }),
    );
  });
}
