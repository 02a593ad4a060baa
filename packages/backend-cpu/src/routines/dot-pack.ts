import { type FunctionBuilder, forRange, type LocalId, pushScaled } from '../wasm/index.ts';
import { pushPointer, setBatchAddress } from './dot-address.ts';
import type { DotPointers, DotShape } from './dot-contract.ts';
import { denseBatchStrides, ownBatch, type PackStep, panelElements, sideOf } from './dot-plan.ts';
import { forTasks } from './dot-tasks.ts';
import { emitTranspose4 } from './transpose.ts';

/** What copies one panel: bytes between neighbours of the source, and the width of panels in elements. */
interface PanelCopy {
  readonly f: FunctionBuilder;
  readonly free: number;
  readonly contract: number;
  readonly width: number;
  readonly k: number;
  /** Addresses of the panel's (or sweep's) first element in the source and the panels; the copies may move them. */
  readonly from: LocalId;
  readonly to: LocalId;
}

/** Emits a step that copies an operand into its panels. */
export function emitPack(f: FunctionBuilder, shape: DotShape, step: PackStep, pointers: DotPointers): void {
  const { operand, width, panelsPerTask } = step;
  const { extent, strides } = sideOf(shape, operand);
  const { k } = shape;
  const [source, panels, matrix, target, panel, first, last, row, from, to] = f.locals('i32', 10);
  pushPointer(f, pointers[operand], operand).set(source);
  pushPointer(f, pointers[`${operand}Panels`], `${operand}Panels`).set(panels);
  const total = Math.ceil(extent / width);
  const tail = extent % width;
  const elements = panelElements(extent, width, k);
  const copy = { f, free: 4 * strides.free, contract: 4 * strides.contract, width, k, from, to };

  /** Runs `body` for the panels of a task: with all lanes, and with the lanes that the last panel has. */
  const forPanels = (pushRow: () => void, body: (lanes: number) => void): void => {
    const place = (lanes: number) => (): void => {
      f.get(matrix);
      pushScaled(f, panel, copy.free * width);
      f.op('i32.add');
      pushRow();
      f.i32(copy.contract).op('i32.mul', 'i32.add').set(from);
      f.get(target);
      pushScaled(f, panel, 4 * width * k);
      f.op('i32.add');
      pushRow();
      f.i32(4 * width)
        .op('i32.mul', 'i32.add')
        .set(to);
      body(lanes);
    };
    const end = (): void => void f.get(last);
    const whole = (): void => void f.get(last).get(last).i32(total).op('i32.eq', 'i32.sub');
    forRange(f, panel, () => f.get(first), tail === 0 ? end : whole, 1, place(width));
    if (tail > 0) forRange(f, panel, () => f.get(panel), end, 1, place(tail));
  };

  forTasks(f, step.grid, ([block], batch) => {
    setBatchAddress(f, matrix, source, batch, strides.batch, 4);
    setBatchAddress(f, target, panels, batch, denseBatchStrides(ownBatch(shape.batch, strides.batch), elements), 4);
    pushScaled(f, block, panelsPerTask);
    f.tee(first).i32(panelsPerTask).op('i32.add').set(last);
    f.get(last).i32(total).get(last).i32(total).op('i32.lt_s', 'select').set(last);
    if (strides.free === 1 && width % 4 === 0) {
      // Few rows of all panels before the next rows: each line of the source is read once, however bad its stride.
      const sweep = (rows: number): void =>
        forPanels(
          () => f.get(row),
          (lanes) => copyRows(copy, rows, lanes),
        );
      forRange(f, row, 0, k - (k % sweepRows), sweepRows, () => sweep(sweepRows));
      f.i32(k - (k % sweepRows)).set(row);
      if (k % sweepRows > 0) sweep(k % sweepRows);
    } else if (strides.contract === 1 && width % 4 === 0) {
      forPanels(
        () => f.i32(0),
        (lanes) => transposeRows(copy, row, lanes),
      );
    } else {
      forPanels(
        () => f.i32(0),
        (lanes) => forRange(f, row, 0, k, 1, () => gatherRow(copy, lanes)),
      );
    }
  });
}

const sweepRows = 8;

/** Source contiguous along the free axis: whole vectors. */
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

/** Source contiguous along k: tiles of 4 x 4, transposed in registers. */
function transposeRows(copy: PanelCopy, row: LocalId, lanes: number): void {
  const { f, free, width, k, from, to } = copy;
  const tile = f.locals('v128', 4);
  const spare = f.locals('v128', 4);
  forRange(f, row, 0, k - (k % 4), 4, () => {
    for (let c = 0; c < lanes; c += 4) {
      // Lanes past the end of the axis repeat the last one, so that nothing beside the operand is read.
      tile.forEach(
        (local, i) =>
          void f
            .get(from)
            .load('v128.load', Math.min(c + i, lanes - 1) * free)
            .set(local),
      );
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

/** Any strides: element by element; moves both addresses to the next row. */
function gatherRow({ f, free, contract, width, from, to }: PanelCopy, lanes: number): void {
  for (let c = 0; c < lanes; c++) {
    f.get(to)
      .get(from)
      .load('i32.load', c * free)
      .store('i32.store', 4 * c);
  }
  f.get(from).i32(contract).op('i32.add').set(from);
  f.get(to)
    .i32(4 * width)
    .op('i32.add')
    .set(to);
}
