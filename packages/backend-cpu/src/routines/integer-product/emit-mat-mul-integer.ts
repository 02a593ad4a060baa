import type { MatMulIntegerAttributes, RoutineStep } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { type Emit, type FunctionBuilder, type LocalId, limitTo } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import type { DotEpilogue } from '../dot/contract.ts';
import { dotEpilogue } from '../dot/epilogue.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import { type BlockSize, blockLocals, storeBlock } from './block.ts';
import { BLOCK_ROWS, type Division, divisionOf, PANEL } from './division.ts';
import { sumFromPanel } from './from-panels.ts';
import { sumInPlace } from './in-place.ts';
import { packBlocks, packRows } from './pack-left.ts';
import { packRight } from './pack-right.ts';
import { eachTask } from './tasks.ts';
import { int16s } from './vectors.ts';

/** Writes the functions of a product of quantized matrices, and returns the scratch memory that they need. */
export function emitMatMulInteger(
  { attributes, operands, epilogue: kernel }: RoutineStep<MatMulIntegerAttributes>,
  { support, plan, name, begin }: RoutineEmission,
): ScratchBytes {
  if (kernel === null) throw new Error('The epilogue of the product is missing.');
  const division = divisionOf(attributes);
  const { rows, columns, panels, inPlace, tasks } = division;
  if (rows * columns === 0) {
    begin(name, 1, false);
    return { passing: 0, kept: 0 };
  }
  const scratch = slotAddress(scratchSlot(plan), 0);
  const right = slotAddress(operands[1], 0);
  const left = slotAddress(operands[0], 0);
  if (inPlace) packRows(begin(`${name} left`, rows, false), division, left, scratch);
  else {
    packBlocks(begin(`${name} left`, Math.ceil(rows / BLOCK_ROWS), false), division, left, scratch);
    packRight(begin(`${name} right`, panels, false), division, right, scratch);
  }
  const epilogue = dotEpilogue(support, { dtype: 'int32', batch: [], epilogue: kernel }, plan.slots);
  multiply(begin(name, tasks[0] * tasks[1], false), division, { right, scratch }, epilogue);
  return { passing: division.bytes, kept: 0 };
}

/** Writes the function that multiplies: each task computes some rows of some columns. */
function multiply(
  f: FunctionBuilder,
  division: Division,
  { right, scratch }: { readonly right: Emit; readonly scratch: Emit },
  epilogue: DotEpilogue,
): void {
  const { rows, columns, block, rowBytes, panelBytes, inPlace, taskRows, taskColumns, tasks } = division;
  const [lefts, notes, rights, task, firstRow, endRow, endColumn] = f.locals('i32', 7);
  const locals = blockLocals(f);
  const { row, column } = locals;
  setTo(f, lefts, scratch);
  f.get(lefts).i32(division.notesOffset).op('i32.add').set(notes);
  f.v128(int16s(1)).set(locals.ones);
  if (inPlace) setTo(f, rights, right);
  else f.get(lefts).i32(division.panelOffset).op('i32.add').set(rights);
  epilogue.begin?.(f);

  const multiplyRows = (height: number, width: number, count: number): void => {
    setPointer(f, locals.left, lefts, row, rowBytes);
    // The row of a block is a multiple of four, and its note has four bytes.
    if (inPlace) setPointer(f, locals.notes, notes, row, 4);
    else f.get(notes).get(row).op('i32.add').set(locals.notes);
    f.get(rights).get(column);
    if (!inPlace) f.i32(PANEL).op('i32.div_u').i32(panelBytes).op('i32.mul');
    f.op('i32.add').set(locals.right);
    const size: BlockSize = { rows: height, width, columns: count };
    if (inPlace) sumInPlace(f, division, locals, size);
    else sumFromPanel(f, division, locals, size);
    storeBlock(f, locals, size, epilogue);
  };
  /** Multiplies the rows of the task by `count` columns. */
  const multiplyColumns = (width: number, count: number): void => {
    f.get(firstRow).set(row);
    whileFits(f, row, block.rows, endRow, () => multiplyRows(block.rows, width, count));
    const rest = rows % block.rows;
    if (rest > 0) ifLess(f, row, endRow, () => multiplyRows(rest, width, count));
  };

  eachTask(f, task, () => {
    f.get(task).i32(tasks[1]).op('i32.div_u').i32(taskRows).op('i32.mul').set(firstRow);
    setEnd(f, endRow, firstRow, taskRows, rows);
    f.get(task).i32(tasks[1]).op('i32.rem_u').i32(taskColumns).op('i32.mul').set(column);
    setEnd(f, endColumn, column, taskColumns, columns);
    for (const width of new Set([block.columns, PANEL])) {
      if (width <= columns) whileFits(f, column, width, endColumn, () => multiplyColumns(width, width));
    }
    const rest = columns % PANEL;
    if (rest > 0) ifLess(f, column, endColumn, () => multiplyColumns(PANEL, rest));
  });
}

/** Sets `end` to `first` plus `length`, but at most to `most`. */
function setEnd(f: FunctionBuilder, end: LocalId, first: LocalId, length: number, most: number): void {
  f.get(first).i32(length).op('i32.add').set(end);
  limitTo(f, end, most);
}

/** Writes a loop that advances a local by `step` as long as the whole step is before `end`. */
function whileFits(f: FunctionBuilder, at: LocalId, step: number, end: LocalId, body: () => void): void {
  f.block((done) => {
    f.loop((again) => {
      f.get(at).i32(step).op('i32.add').get(end).op('i32.gt_s').brIf(done);
      body();
      advance(f, at, step);
      f.br(again);
    });
  });
}

function ifLess(f: FunctionBuilder, at: LocalId, end: LocalId, body: () => void): void {
  f.get(at).get(end).op('i32.lt_s').if(body);
}
