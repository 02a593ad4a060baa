import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import { pushPointer, setAddress, setBlock } from './address.ts';
import type { DotEpilogue, DotPointers, DotShape } from './contract.ts';
import { dotElements } from './element.ts';
import { type AddPartsStep, otherOperand, sideOf } from './plan.ts';
import { partialSums } from './recipes.ts';
import { emitTileStore, storeLocals } from './store.ts';
import { overStrips, rowStripsOf, stripsOf } from './strips.ts';
import { forTasks } from './tasks.ts';

/** Writes the step that adds the sums of all parts of k, and runs the epilogue. */
export function emitAddParts(
  f: FunctionBuilder,
  shape: DotShape,
  step: AddPartsStep,
  pointers: DotPointers,
  epilogue: DotEpilogue,
): void {
  const element = dotElements[shape.dtype];
  const { vector } = element;
  if (vector === undefined) return;
  const columnSide = sideOf(shape, step.vectors);
  const rowSide = sideOf(shape, otherOperand(step.vectors));
  const { padded, elements } = partialSums(shape, step);
  const [outBase, partialBase, address] = f.locals('i32', 3);
  const [row, rowBegin, rowEnd, column, columnBegin, columnEnd] = f.locals('i32', 6);
  const allSums = f.locals('v128', step.rows * (step.columns / 4));
  const store = storeLocals(f, element);
  pushPointer(f, pointers.out, 'out').set(outBase);
  pushPointer(f, pointers.partials, 'partials').set(partialBase);
  epilogue.begin?.(f);

  const emitTile = (rows: number, columns: number, batch: readonly LocalId[]): void => {
    const sums = allSums.slice(0, rows * Math.ceil(columns / 4));
    setAddress(f, address, partialBase, [
      [row, 4 * padded],
      [column, 4 * rows],
    ]);
    for (let part = 0; part < step.parts; part++) {
      for (const [i, sum] of sums.entries()) {
        if (part > 0) f.get(sum);
        f.get(address).load('v128.load', 4 * part * elements + 16 * i);
        if (part > 0) f.op(vector.add);
        f.set(sum);
      }
    }
    setAddress(f, address, outBase, [
      [row, 4 * rowSide.out],
      [column, 4 * columnSide.out],
    ]);
    const location = { rowSide, row, columnSide, column, batch, address, bytes: 4 };
    emitTileStore(f, element, epilogue, location, rows, columns, sums, store);
  };

  const rowStrips = rowStripsOf(rowSide, step);
  const columnStrips = stripsOf(columnSide.extent, step.columns);
  forTasks(f, step.grid, ([rowBlock, columnBlock], batch) => {
    setBlock(f, rowBlock, step.rowBlock, rowSide.extent, rowBegin, rowEnd);
    setBlock(f, columnBlock, step.columnBlock, columnSide.extent, columnBegin, columnEnd);
    overStrips(f, rowStrips, { at: row, begin: rowBegin, end: rowEnd }, (rows) => {
      const range = { at: column, begin: columnBegin, end: columnEnd };
      overStrips(f, columnStrips, range, (columns) => emitTile(rows, columns, batch));
    });
  });
}
