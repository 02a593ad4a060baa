import { emitTranspose4 } from '../../emit/transpose.ts';
import { clearWide, longestRun, moveToWide, pushNarrowed, wideSums } from '../../emit/wide-sum.ts';
import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { operandView, pushPointer, setAddress, setBatchAddress, setBlock, setBlockEnd } from './address.ts';
import type { DotEpilogue, DotPointers, DotShape } from './contract.ts';
import { addProduct, dotElements } from './element.ts';
import { type AxpyStep, denseBatchStrides, type InnerStep, matrixSizes, otherOperand, sideOf } from './plan.ts';
import { axpyPartials } from './recipes.ts';
import { emitTileStore, storeLocals } from './store.ts';
import { forTasks } from './tasks.ts';

/**
 * Writes the step that multiplies a vector and a matrix by adding the rows of the matrix, each multiplied by an element
 * of the vector, to the sums.
 */
export function emitAxpy(
  f: FunctionBuilder,
  shape: DotShape,
  step: AxpyStep,
  pointers: DotPointers,
  epilogue: DotEpilogue,
): void {
  const { k } = matrixSizes(shape);
  const element = dotElements[shape.dtype];
  const { vector } = element;
  if (vector === undefined) return;
  const side = sideOf(shape, step.matrix);
  const other = sideOf(shape, otherOperand(step.matrix));
  const [stepBytes, vectorBytes] = [4 * side.strides.contract[0], 4 * other.strides.contract[0]];
  const [matrixBase, vectorBase, outBase, partialBase] = f.locals('i32', 4);
  const [matrix, values, out, partials] = f.locals('i32', 4);
  const [column, begin, end, depth, row, from, to, address, runBegin, runEnd] = f.locals('i32', 10);
  const factors = f.locals('v128', 4);
  const sum = f.local('v128');
  const store = storeLocals(f, element);
  const { elements, totals } = axpyPartials(shape, side.extent);
  pushPointer(f, pointers[side.operand], side.operand).set(matrixBase);
  pushPointer(f, pointers[other.operand], other.operand).set(vectorBase);
  pushPointer(f, pointers.out, 'out').set(outBase);
  if (k > 4) pushPointer(f, pointers.partials, 'partials').set(partialBase);
  epilogue.begin?.(f);

  forTasks(f, step.grid, ([, block], batch) => {
    setBatchAddress(f, matrix, matrixBase, batch, side.strides.batch, 4);
    setBatchAddress(f, values, vectorBase, batch, other.strides.batch, 4);
    setBatchAddress(f, out, outBase, batch, shape.out.batch, 4);
    setBatchAddress(f, partials, partialBase, batch, denseBatchStrides(shape.batch, elements), 4);
    setBlock(f, block, step.columnBlock, side.extent, begin, end);

    /**
     * Writes a loop over the vectors of a block of columns. If `isExact` is true, the last vector has only the
     * remaining lanes.
     */
    const overColumns = (moved: readonly LocalId[], isExact: boolean, body: (lanes: number) => void): void => {
      setAddress(f, to, partials, [[begin, 4]]);
      const tail = isExact ? side.extent % 4 : 0;
      const stop = (): void => void (tail === 0 ? f.get(end) : f.get(end).i32(3).op('i32.sub'));
      const columns = (lanes: number): void => {
        body(lanes);
        for (const pointer of moved) f.get(pointer).i32(16).op('i32.add').set(pointer);
      };
      forRange(
        f,
        column,
        () => f.get(begin),
        stop,
        4,
        () => columns(4),
      );
      if (tail > 0)
        f.get(column)
          .get(end)
          .op('i32.lt_s')
          .if(() => columns(tail));
    };
    const finish = (lanes: number): void => {
      setAddress(f, address, out, [[column, 4 * side.out]]);
      const location = { rowSide: other, row, columnSide: side, column, batch, address, bytes: 4 };
      emitTileStore(f, element, epilogue, location, 1, lanes, [sum], store);
    };
    /**
     * Writes a pass that adds `count` rows from `depth` on to the sums. If `fresh` is true, the sums start at zero;
     * otherwise, they are read from `partials`. If `last` is true, the epilogue receives the sums; otherwise, they are
     * stored in `partials`.
     */
    const pass = (count: number, fresh: boolean, last: boolean): void => {
      setAddress(f, from, values, [[depth, vectorBytes]]);
      for (let i = 0; i < count; i++)
        f.get(from)
          .load('v128.load32_splat', i * vectorBytes)
          .set(factors[i]);
      setAddress(f, from, matrix, [
        [depth, stepBytes],
        [begin, 4],
      ]);
      overColumns([from, to], last, (lanes) => {
        if (fresh) f.i32x4(0).set(sum);
        else f.get(to).load('v128.load').set(sum);
        for (let i = 0; i < count; i++) {
          addProduct(f, vector, sum, () =>
            f
              .get(factors[i])
              .get(from)
              .load('v128.load', i * stepBytes),
          );
        }
        if (last) finish(lanes);
        else f.get(to).get(sum).store('v128.store');
      });
    };

    const first = k % 4 === 0 ? 4 : k % 4;
    f.i32(0).set(depth);
    if (totals === null) {
      pass(first, true, k === first);
      if (k === first) return;
      forRange(f, depth, first, k - 4, 4, () => pass(4, false, false));
      f.i32(k - 4).set(depth);
      pass(4, false, true);
      return;
    }
    const { run, bytes } = totals;
    const clear = (offset: number): void => void f.get(to).i32x4(0).store('v128.store', offset);
    overColumns([to], false, () => clear(bytes));
    pass(first, true, false);
    forRange(f, runBegin, first, k, run, () => {
      setBlockEnd(f, runBegin, run, k, runEnd);
      forRange(
        f,
        depth,
        () => f.get(runBegin),
        () => f.get(runEnd),
        4,
        () => pass(4, false, false),
      );
      overColumns([to], false, () => {
        f.get(to).get(to).load('v128.load', bytes).get(to).load('v128.load').op(vector.add).store('v128.store', bytes);
        clear(0);
      });
    });
    overColumns([to], true, (lanes) => {
      f.get(to).load('v128.load', bytes).set(sum);
      finish(lanes);
    });
  });
}

/** Writes the step that computes inner products of a vector with the rows of a matrix. */
export function emitInner(
  f: FunctionBuilder,
  shape: DotShape,
  step: InnerStep,
  pointers: DotPointers,
  epilogue: DotEpilogue,
): void {
  const { k } = matrixSizes(shape);
  const element = dotElements[shape.dtype];
  const { vector } = element;
  if (vector === undefined) return;
  const side = sideOf(shape, step.matrix);
  const other = sideOf(shape, otherOperand(step.matrix));
  const view = operandView(shape, other.operand, step.packed, 1);
  const rowBytes = 4 * side.strides.free[0];
  const [matrixBase, vectorBase, outBase] = f.locals('i32', 3);
  const [matrix, values, out] = f.locals('i32', 3);
  const [column, begin, end, row, from, factors, address, depth, runEnd, position] = f.locals('i32', 10);
  const sums = f.locals('v128', 4);
  const spare = f.locals('v128', 4);
  const factor = f.local('v128');
  const store = storeLocals(f, element);
  pushPointer(f, pointers[side.operand], side.operand).set(matrixBase);
  pushPointer(f, pointers[view.pointer], view.pointer).set(vectorBase);
  pushPointer(f, pointers.out, 'out').set(outBase);
  epilogue.begin?.(f);

  /** Writes code that pushes a vector of the `count` elements at an address, padded with zeros. */
  const pushVector = (pointer: LocalId, offset: number, count: number): void => {
    f.get(pointer);
    if (count === 4) f.load('v128.load', offset);
    else if (count === 1) f.load('v128.load32_zero', offset);
    else f.load('v128.load64_zero', offset);
    if (count === 3) {
      f.set(factor);
      f.get(pointer)
        .get(factor)
        .laneMemory('v128.load32_lane', 2, offset + 8);
    }
  };
  /** Writes the code `sums[i] += matrix row i * vector` for the `count` elements at the two pointers. */
  const multiply = (rows: number, count: number): void => {
    for (let i = 0; i < rows; i++) {
      pushVector(from, i * rowBytes, count);
      f.set(spare[0]);
      addProduct(f, vector, sums[i], () => {
        pushVector(factors, 0, count);
        f.get(spare[0]);
      });
    }
  };
  const isLongRow = side.extent === 1 && k >= 16;
  const wide = shape.dtype === 'float32' && k > longestRun * (isLongRow ? 16 : 4) ? wideSums(f, 4) : [];
  /**
   * Writes a loop that advances by `step` elements up to `stop`. If the sums are long, the loop adds them to their
   * float64 totals after every `longestRun` iterations.
   */
  const inRuns = (stop: number, step: number, body: () => void): void => {
    if (wide.length === 0) {
      forRange(f, depth, 0, stop, step, body);
      return;
    }
    for (const total of wide) clearWide(f, total);
    forRange(f, depth, 0, stop, step * longestRun, () => {
      setBlockEnd(f, depth, step * longestRun, stop, runEnd);
      forRange(
        f,
        position,
        () => f.get(depth),
        () => f.get(runEnd),
        step,
        body,
      );
      wide.forEach((total, i) => {
        moveToWide(f, total, sums[i]);
      });
    });
    wide.forEach((total, i) => {
      pushNarrowed(f, total, sums[i]).set(sums[i]);
    });
  };
  const advance = (bytes: number): void => {
    for (const pointer of [from, factors]) f.get(pointer).i32(bytes).op('i32.add').set(pointer);
  };
  /**
   * Writes the inner product with one row of the matrix: with sixteen lanes in four vectors of sums, and then the
   * remaining elements.
   */
  const longRow = (): void => {
    inRuns(k - (k % 16), 16, () => {
      sums.forEach((sum, i) => {
        addProduct(f, vector, sum, () =>
          f
            .get(from)
            .load('v128.load', 16 * i)
            .get(factors)
            .load('v128.load', 16 * i),
        );
      });
      advance(64);
    });
    f.get(sums[0]).get(sums[1]).op(vector.add).get(sums[2]).get(sums[3]).op(vector.add, vector.add).set(sums[0]);
  };
  const tile = (rows: number, batch: readonly LocalId[]): void => {
    setAddress(f, from, matrix, [[column, rowBytes]]);
    f.get(values).set(factors);
    for (const sum of sums) f.i32x4(0).set(sum);
    const four = (): void => {
      multiply(rows, 4);
      advance(16);
    };
    if (isLongRow) {
      longRow();
      forRange(f, depth, k - (k % 16), k - (k % 4), 4, four);
    } else {
      inRuns(k - (k % 4), 4, four);
    }
    if (k % 4 > 0) multiply(rows, k % 4);
    emitTranspose4(
      f,
      [0, 1, 2, 3].map((i) => sums[Math.min(i, rows - 1)]),
      sums,
      spare,
    );
    f.get(sums[0]).get(sums[1]).op(vector.add).get(sums[2]).get(sums[3]).op(vector.add, vector.add).set(sums[0]);
    setAddress(f, address, out, [[column, 4 * side.out]]);
    const location = { rowSide: other, row, columnSide: side, column, batch, address, bytes: 4 };
    emitTileStore(f, element, epilogue, location, 1, rows, [sums[0]], store);
  };

  forTasks(f, step.grid, ([block], batch) => {
    setBatchAddress(f, matrix, matrixBase, batch, side.strides.batch, 4);
    setBatchAddress(f, values, vectorBase, batch, view.batch, 4);
    setBatchAddress(f, out, outBase, batch, shape.out.batch, 4);
    setBlock(f, block, step.rowBlock, side.extent, begin, end);
    const tail = side.extent % 4;
    const stop = (): void => void (tail === 0 ? f.get(end) : f.get(end).i32(3).op('i32.sub'));
    forRange(
      f,
      column,
      () => f.get(begin),
      stop,
      4,
      () => tile(4, batch),
    );
    if (tail > 0)
      f.get(column)
        .get(end)
        .op('i32.lt_s')
        .if(() => tile(tail, batch));
  });
}
