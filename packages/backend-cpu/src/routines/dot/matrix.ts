import { clearWide, moveToWide, pushNarrowed, wideSums } from '../../emit/wide-sum.ts';
import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import { operandView, pushPointer, setAddress, setBatchAddress, setBlock } from './address.ts';
import { denseStrides, mergeAxes, pushOffset } from './axes.ts';
import type { DotEpilogue, DotPointers, DotShape } from './contract.ts';
import { depthBlock, depthLocals, overDepth } from './depth.ts';
import { dotElements } from './element.ts';
import { type AddPartsStep, denseBatchStrides, otherOperand, sideOf, type TileStep } from './plan.ts';
import { hasWideTotals, partialSums } from './recipes.ts';
import { emitTileStore, storeLocals } from './store.ts';
import { overStrips, rowStripsOf, stripsOf } from './strips.ts';
import { forTasks } from './tasks.ts';
import { emitProducts, forTerms, tileLocals } from './tile.ts';

/**
 * Writes a step that multiplies in register tiles. Loops over blocks of k, columns and rows surround the inner loops. Or writes the
 * step that adds the sums of the parts of such a step.
 */
export function emitTiles(
  f: FunctionBuilder,
  shape: DotShape,
  step: TileStep | AddPartsStep,
  pointers: DotPointers,
  epilogue: DotEpilogue,
): void {
  const element = dotElements[shape.dtype];
  const { vector } = element;
  if (vector === undefined) return;
  const columnSide = sideOf(shape, step.vectors);
  const rowSide = sideOf(shape, otherOperand(step.vectors));
  const { near } = step;
  const columnView = operandView(shape, columnSide.operand, step.packed[columnSide.operand] && !near, step.columns);
  const rowView = operandView(shape, rowSide.operand, step.packed[rowSide.operand], step.rows);
  const levels = mergeAxes({ extents: shape.contract, strides: [rowView.contract, columnView.contract] });
  const block = depthBlock(levels.extents, step.kBlock);
  const isWide = hasWideTotals(shape, step);
  const partialBytes = isWide ? 8 : 4;
  const { padded, elements: partElements } = partialSums(shape, step);
  const addsParts = step.kind === 'addParts';
  const isPart = step.parts > 1 && !addsParts;

  const [columnBase, rowBase, outBase, partialBase] = f.locals('i32', 4);
  const [columnMatrix, rowMatrix, outMatrix, partialMatrix] = f.locals('i32', 4);
  const [row, rowEnd, rowBegin, column, columnEnd, columnBegin] = f.locals('i32', 6);
  const [columnStart, rowStart, columnPointer, address] = f.locals('i32', 4);
  const [nearBase, nearStart] = f.locals('i32', 2);
  const rowBases = f.locals('i32', rowView.lane === null ? step.rows : 1);
  const rowPointers = f.locals('i32', rowBases.length);
  const depth = depthLocals(f, levels, block);
  const tile = tileLocals(f, step.rows, step.columns / 4, levels.extents.length - block.level);
  const [total] = wideSums(f, 1);
  const store = storeLocals(f, element);

  pushPointer(f, pointers[columnView.pointer], columnView.pointer).set(columnBase);
  pushPointer(f, pointers[rowView.pointer], rowView.pointer).set(rowBase);
  pushPointer(f, pointers.out, 'out').set(outBase);
  if (near) {
    const panels = `${columnSide.operand}Panels` as const;
    pushPointer(f, pointers[panels], panels).set(nearBase);
  }
  if (block.several) pushPointer(f, pointers.partials, 'partials').set(partialBase);
  if (!isPart) epilogue.begin?.(f);

  /** Writes code that sets the addresses of the rows of a tile. */
  const setRowBases = (rows: number): void => {
    if (addsParts) return;
    rowBases.slice(0, rows).forEach((base, r) => {
      f.get(rowStart);
      if (pushOffset(f, row, r, rowView.extents, rowView.free)) f.op('i32.add');
      f.set(base);
    });
  };
  const rowWalk = { pointers: rowPointers, lane: rowView.lane ?? 0, steps: levels.strides[0].slice(block.level) };
  const columnSteps = levels.strides[1].slice(block.level);
  const nearSteps = denseStrides(levels.extents.slice(block.level), 4 * step.columns);
  const columnWalk = { pointers: [columnPointer], lane: 0, steps: near ? nearSteps : columnSteps };

  /**
   * Writes code that adds the sums of a block to their float64 totals in `partials`, and sets `sums` to the totals as
   * float32.
   */
  const addToWideTotals = (sums: readonly LocalId[]): void => {
    sums.forEach((sum, i) => {
      f.get(depth.isFirst).if(
        () => clearWide(f, total),
        () => {
          f.get(address)
            .load('v128.load', 32 * i)
            .set(total.low);
          f.get(address)
            .load('v128.load', 32 * i + 16)
            .set(total.high);
        },
      );
      moveToWide(f, total, sum);
      f.get(address)
        .get(total.low)
        .store('v128.store', 32 * i);
      f.get(address)
        .get(total.high)
        .store('v128.store', 32 * i + 16);
      pushNarrowed(f, total, sum).set(sum);
    });
  };

  /** Writes code that copies the columns of a block to panels, for one block of k. */
  const packColumns = (): void => {
    setAddress(f, columnPointer, columnStart, [[columnBegin, 4]]);
    setAddress(f, address, nearStart, [[columnBegin, 4 * step.kBlock]]);
    const walks = [
      { pointers: [columnPointer], steps: columnSteps },
      { pointers: [address], steps: nearSteps },
    ];
    forTerms(f, depth.iterations, tile.remaining, walks, () => {
      for (let c = 0; c < step.columnBlock; c += 4) {
        const panel = c - (c % step.columns);
        f.get(address)
          .get(columnPointer)
          .load('v128.load', 4 * c)
          .store('v128.store', 4 * (panel * step.kBlock + c - panel));
      }
    });
  };

  /** Writes one tile at (row, column), for one block of k; or adds the sums of all parts for it. */
  const emitTile = (rows: number, columns: number, batch: readonly LocalId[]): void => {
    const vectors = Math.ceil(columns / 4);
    const sums = tile.sums.slice(0, rows * vectors);
    /** Writes code that adds the sums of an earlier block or part, `offset` bytes after `address`, and the given ones. */
    const addKept = (offset: number): void => {
      for (const [i, sum] of sums.entries())
        f.get(address)
          .load('v128.load', offset + 16 * i)
          .get(sum)
          .op(vector.add)
          .set(sum);
    };
    const keep = (): void => {
      for (const [i, sum] of sums.entries())
        f.get(address)
          .get(sum)
          .store('v128.store', 16 * i);
    };
    const finish = (): void => {
      setAddress(f, address, outMatrix, [
        [row, 4 * rowSide.out],
        [column, 4 * columnSide.out],
      ]);
      const location = { rowSide, row, columnSide, column, batch, address, bytes: 4 };
      emitTileStore(f, element, epilogue, location, rows, columns, sums, store);
    };

    for (const sum of sums) f.i32x4(0).set(sum);
    if (!addsParts) {
      rowPointers.slice(0, rows).forEach((pointer, r) => void f.get(rowBases[r]).set(pointer));
      if (near) setAddress(f, columnPointer, nearStart, [[column, 4 * step.kBlock]]);
      else setAddress(f, columnPointer, columnStart, [[column, columnView.free[0]]]);
      emitProducts(f, element, rows, vectors, tile, rowWalk, columnWalk, depth.iterations);
    }
    if (!block.several) {
      finish();
      return;
    }
    // The terms of each block are summed separately, so rounding errors grow with the number of blocks instead of with
    // k.
    setAddress(f, address, partialMatrix, [
      [row, partialBytes * padded],
      [column, partialBytes * rows],
    ]);
    if (addsParts) {
      for (let part = 0; part < step.parts; part++) addKept(4 * part * partElements);
      finish();
      return;
    }
    if (isWide) addToWideTotals(sums);
    else
      f.get(depth.isFirst)
        .op('i32.eqz')
        .if(() => addKept(0));
    if (isPart) keep();
    else if (isWide) f.get(depth.isLast).if(finish);
    else f.get(depth.isLast).if(finish, keep);
  };

  const rowStrips = rowStripsOf(rowSide, step);
  const columnStrips = stripsOf(columnSide.extent, step.columns);
  const overRows = (body: (size: number) => void): void =>
    overStrips(f, rowStrips, { at: row, begin: rowBegin, end: rowEnd }, body);
  const overColumns = (body: (size: number) => void): void =>
    overStrips(f, columnStrips, { at: column, begin: columnBegin, end: columnEnd }, body);

  /** Writes the block of the rows and columns from `begin` to `end`. */
  const emitBlock = (batch: readonly LocalId[], part: LocalId): void => {
    setBatchAddress(f, columnMatrix, columnBase, batch, columnView.batch, 4);
    setBatchAddress(f, rowMatrix, rowBase, batch, rowView.batch, 4);
    setBatchAddress(f, outMatrix, outBase, batch, shape.out.batch, 4);
    if (block.several) {
      setBatchAddress(f, partialMatrix, partialBase, batch, denseBatchStrides(shape.batch, partElements), partialBytes);
    }
    if (isPart) setAddress(f, partialMatrix, partialMatrix, [[part, 4 * partElements]]);
    const tiles = (): void => {
      if (step.outer === 'columns') {
        overColumns((columns) =>
          overRows((rows) => {
            setRowBases(rows);
            emitTile(rows, columns, batch);
          }),
        );
      } else {
        overRows((rows) => {
          setRowBases(rows);
          overColumns((columns) => emitTile(rows, columns, batch));
        });
      }
    };
    if (addsParts) {
      tiles();
      return;
    }
    const starts = [
      { start: rowStart, matrix: rowMatrix },
      { start: columnStart, matrix: columnMatrix },
    ];
    overDepth(f, levels, block, depth, isPart ? { part, parts: step.parts } : null, starts, () => {
      if (near) packColumns();
      tiles();
    });
  };
  forTasks(f, step.grid, ([first, columnBlock], batch) => {
    if (isPart) f.i32(0).set(rowBegin).i32(rowSide.extent).set(rowEnd);
    else setBlock(f, first, step.rowBlock, rowSide.extent, rowBegin, rowEnd);
    setBlock(f, columnBlock, step.columnBlock, columnSide.extent, columnBegin, columnEnd);
    // Each task has panels of its own, at 4 * kBlock bytes per column.
    if (near) setAddress(f, nearStart, nearBase, [[first, 4 * step.kBlock * step.columnBlock * step.grid.blocks[1]]]);
    emitBlock(batch, first);
  });
}
