import { emitTranspose4 } from '../../emit/transpose.ts';
import { type FunctionBuilder, forRange, type LocalId, limitTo, pushScaled } from '../../wasm/index.ts';
import { pushPointer, setBatchAddress } from './address.ts';
import { mergeAxes, pushOffset } from './axes.ts';
import type { DotPointers, DotShape } from './contract.ts';
import { denseBatchStrides, matrixSizes, ownBatch, type PackStep, panelElements, sideOf } from './plan.ts';
import { forTasks } from './tasks.ts';

/** Parameters of the code that copies one panel. */
interface PanelCopy {
  readonly f: FunctionBuilder;
  /**
   * Bytes in the source between adjacent elements of a row of the panel. If this distance varies, `lanes` contains the
   * offset of each element.
   */
  readonly free: number;
  readonly lanes: readonly LocalId[];
  /** Stride of the innermost contracted axis in the source in bytes, and the extent of this axis. */
  readonly contract: number;
  readonly k: number;
  readonly width: number;
  /** Addresses of the first element to copy in the source and in the panels. The copying code may advance them. */
  readonly from: LocalId;
  readonly to: LocalId;
}

/** Writes a step that copies an operand into its panels. */
export function emitPack(f: FunctionBuilder, shape: DotShape, step: PackStep, pointers: DotPointers): void {
  const { operand, width, panelsPerTask } = step;
  const { extents, extent, strides } = sideOf(shape, operand);
  const { k } = matrixSizes(shape);
  const bytes = (steps: readonly number[]): number[] => steps.map((stride) => 4 * stride);
  const levels = mergeAxes({ extents: shape.contract, strides: [bytes(strides.contract)] });
  const innermost = levels.extents.length - 1;
  const [source, panels, matrix, target, panel, first, last, row, from, to, lane] = f.locals('i32', 11);
  const outer = f.locals('i32', innermost);
  const even = extents.length === 1;
  pushPointer(f, pointers[operand], operand).set(source);
  pushPointer(f, pointers[`${operand}Panels`], `${operand}Panels`).set(panels);
  const total = Math.ceil(extent / width);
  const tail = extent % width;
  const elements = panelElements(extent, width, k);
  const copy: PanelCopy = {
    f,
    free: even ? 4 * strides.free[0] : 0,
    lanes: even ? [] : f.locals('i32', width),
    contract: levels.strides[0][innermost],
    k: levels.extents[innermost],
    width,
    from,
    to,
  };
  const { contract } = copy;
  const inner = copy.k;

  /**
   * Writes code that sets the address of a panel, at the current indices of the outer contracted axes and at index
   * `pushRow` of the innermost one.
   */
  const setPanelAddress = (lanes: number, pushRow: () => void): void => {
    f.get(matrix);
    if (even) {
      pushScaled(f, panel, copy.free * width);
      f.op('i32.add');
    } else {
      pushScaled(f, panel, width);
      f.set(lane);
      copy.lanes.slice(0, lanes).forEach((local, i) => {
        if (!pushOffset(f, lane, i, extents, bytes(strides.free))) f.i32(0);
        f.set(local);
      });
    }
    for (const [axis, index] of outer.entries()) {
      pushScaled(f, index, levels.strides[0][axis]);
      f.op('i32.add');
    }
    pushRow();
    f.i32(contract).op('i32.mul', 'i32.add').set(from);

    f.get(target);
    pushScaled(f, panel, 4 * width * k);
    f.op('i32.add');
    let behind = inner;
    for (let axis = innermost - 1; axis >= 0; axis--) {
      pushScaled(f, outer[axis], 4 * width * behind);
      f.op('i32.add');
      behind *= levels.extents[axis];
    }
    pushRow();
    f.i32(4 * width)
      .op('i32.mul', 'i32.add')
      .set(to);
  };
  /**
   * Writes a loop over the panels of a task. `body` receives the number of lanes: `width` for full panels, and fewer
   * for the last panel.
   */
  const forPanels = (pushRow: () => void, body: (lanes: number) => void): void => {
    const at = (lanes: number) => (): void => {
      setPanelAddress(lanes, pushRow);
      body(lanes);
    };
    const end = (): void => void f.get(last);
    const whole = (): void => void f.get(last).get(last).i32(total).op('i32.eq', 'i32.sub');
    forRange(f, panel, () => f.get(first), tail === 0 ? end : whole, 1, at(width));
    if (tail > 0) forRange(f, panel, () => f.get(panel), end, 1, at(tail));
  };
  /** Writes loops over all contracted axes except the innermost. */
  const overOuter = (axis: number, body: () => void): void => {
    if (axis === innermost) body();
    else forRange(f, outer[axis], 0, levels.extents[axis], 1, () => overOuter(axis + 1, body));
  };

  forTasks(f, step.grid, ([block], batch) => {
    setBatchAddress(f, matrix, source, batch, strides.batch, 4);
    setBatchAddress(f, target, panels, batch, denseBatchStrides(ownBatch(shape.batch, strides.batch), elements), 4);
    pushScaled(f, block, panelsPerTask);
    f.tee(first).i32(panelsPerTask).op('i32.add').set(last);
    limitTo(f, last, total);
    overOuter(0, () => {
      if (even && strides.free[0] === 1 && width % 4 === 0) {
        // Copies a few rows of all panels, and then the next few rows. Each cache line of the source is then read only
        // once, whatever the stride is.
        const sweep = (rows: number): void =>
          forPanels(
            () => f.get(row),
            (lanes) => copyRows(copy, rows, lanes),
          );
        forRange(f, row, 0, inner - (inner % sweepRows), sweepRows, () => sweep(sweepRows));
        f.i32(inner - (inner % sweepRows)).set(row);
        if (inner % sweepRows > 0) sweep(inner % sweepRows);
      } else if (contract === 4 && width % 4 === 0) {
        forPanels(
          () => f.i32(0),
          (lanes) => transposeRows(copy, row, lanes),
        );
      } else {
        forPanels(
          () => f.i32(0),
          (lanes) => forRange(f, row, 0, inner, 1, () => gatherRow(copy, lanes)),
        );
      }
    });
  });
}

const sweepRows = 8;

/** Writes code that copies whole vectors of a source that is contiguous along the free axis. */
function copyRows({ f, contract, width, from, to }: PanelCopy, rows: number, lanes: number): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < lanes; c += 4) {
      f.get(to)
        .get(from)
        .load('v128.load', r * contract + 4 * c)
        .store('v128.store', 4 * (r * width + c));
    }
  }
}

/**
 * Writes code that copies a source that is contiguous along k. The elements are copied in 4 x 4 tiles, which are
 * transposed in registers.
 */
function transposeRows(copy: PanelCopy, row: LocalId, lanes: number): void {
  const { f, width, k, from, to } = copy;
  const tile = f.locals('v128', 4);
  const spare = f.locals('v128', 4);
  forRange(f, row, 0, k - (k % 4), 4, () => {
    for (let c = 0; c < lanes; c += 4) {
      // Lanes past the end of the axis read the last element again, because reads must stay inside the operand.
      tile.forEach((local, i) => {
        const offset = pushLane(copy, Math.min(c + i, lanes - 1));
        f.load('v128.load', offset).set(local);
      });
      emitTranspose4(f, tile, tile, spare);
      tile.forEach(
        (local, i) =>
          void f
            .get(to)
            .get(local)
            .store('v128.store', 4 * (i * width + c)),
      );
    }
    f.get(from).i32(16).op('i32.add').set(from);
    f.get(to)
      .i32(16 * width)
      .op('i32.add')
      .set(to);
  });
  for (let r = 0; r < k % 4; r++) gatherRow(copy, lanes);
}

/** Writes code that copies a row element by element, for any strides, and advances both addresses to the next row. */
function gatherRow(copy: PanelCopy, lanes: number): void {
  const { f, contract, width, from, to } = copy;
  for (let c = 0; c < lanes; c++) {
    f.get(to);
    const offset = pushLane(copy, c);
    f.load('i32.load', offset).store('i32.store', 4 * c);
  }
  f.get(from).i32(contract).op('i32.add').set(from);
  f.get(to)
    .i32(4 * width)
    .op('i32.add')
    .set(to);
}

/** Writes code that pushes an address in the source, and returns the constant offset of a lane from this address. */
function pushLane({ f, free, lanes, from }: PanelCopy, lane: number): number {
  f.get(from);
  if (lanes.length === 0) return lane * free;
  f.get(lanes[lane]).op('i32.add');
  return 0;
}
