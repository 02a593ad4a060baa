import { type Emit, type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import { type Division, PANEL } from './division.ts';

/** Order of bytes that interleaves the first, or last, eight bytes of two vectors. */
export const LOW = Array.from({ length: 8 }, (_, i) => [i, 16 + i]).flat();
export const HIGH = LOW.map((byte) => byte + 8);

const ZEROS = new Uint8Array(16);
const bytesOf = (value: number): Uint8Array => new Uint8Array(Int16Array.from({ length: 8 }, () => value).buffer);

/**
 * Writes the function that converts rows of the left operand to int16, task by task, and computes the correction of each row:
 * the right operand is multiplied as unsigned numbers, which are 128 too large, so 128 times the sum of the row is subtracted.
 */
export function packLeft(f: FunctionBuilder, division: Division, left: Emit, scratch: Emit): void {
  const { depth, rowBytes, correctionOffset } = division;
  const [source, target, corrections, row, k, from, to, value, sum] = f.locals('i32', 9);
  const [terms, sums] = f.locals('v128', 2);
  setTo(f, source, left);
  setTo(f, target, scratch);
  f.get(target).i32(correctionOffset).op('i32.add').set(corrections);
  eachTask(f, row, () => {
    setPointer(f, from, source, row, depth);
    setPointer(f, to, target, row, rowBytes);
    f.i32(0).set(sum).v128(ZEROS).set(sums);
    const whole = Math.floor(depth / 8) * 8;
    forRange(f, k, 0, whole, 8, () => {
      f.get(from).load('v128.load64_zero').op('i16x8.extend_low_i8x16_u').v128(bytesOf(128)).op('i16x8.sub').set(terms);
      f.get(to).get(terms).store('v128.store');
      f.get(sums).get(terms).v128(bytesOf(1)).op('i32x4.dot_i16x8_s', 'i32x4.add').set(sums);
      advance(f, from, 8);
      advance(f, to, 16);
    });
    forRange(f, k, whole, depth, 1, () => {
      f.get(from).load('i32.load8_u').i32(128).op('i32.sub').set(value);
      f.get(to).get(value).store('i32.store16');
      f.get(sum).get(value).op('i32.add').set(sum);
      advance(f, from, 1);
      advance(f, to, 2);
    });
    for (let zero = 0; zero < rowBytes / 2 - depth; zero++)
      f.get(to)
        .i32(0)
        .store('i32.store16', 2 * zero);
    for (let lane = 0; lane < 4; lane++) {
      f.get(sum).get(sums).lane('i32x4.extract_lane', lane).op('i32.add').set(sum);
    }
    setPointer(f, to, corrections, row, 4);
    f.get(to).get(sum).i32(-128).op('i32.mul').store('i32.store');
  });
}

/** Writes the function that copies the right operand to panels of eight columns, one panel per task. */
export function packRight(f: FunctionBuilder, division: Division, right: Emit, scratch: Emit): void {
  const { depth, columns, panels, panelBytes, panelOffset } = division;
  const [source, target, panel, k, from, to, column] = f.locals('i32', 7);
  setTo(f, source, right);
  setTo(f, target, scratch);
  advance(f, target, panelOffset);
  const rest = columns - (panels - 1) * PANEL;
  const pair = (width: number, rows: number): void => {
    f.get(to);
    if (width === PANEL) {
      f.get(from).load('v128.load64_zero');
      if (rows > 1) f.get(from).load('v128.load64_zero', columns);
      else f.v128(ZEROS);
      f.shuffle8(LOW).store('v128.store');
      return;
    }
    f.v128(ZEROS).store('v128.store');
    for (let row = 0; row < rows; row++) {
      forRange(f, column, 0, width, 1, () => {
        f.get(to).get(column).i32(1).op('i32.shl', 'i32.add');
        f.get(from)
          .get(column)
          .op('i32.add')
          .load('i32.load8_u', row * columns)
          .store('i32.store8', row);
      });
    }
  };
  const copy = (width: number): void => {
    forRange(f, k, 0, Math.floor(depth / 2), 1, () => {
      pair(width, 2);
      advance(f, from, 2 * columns);
      advance(f, to, 16);
    });
    if (depth % 2 === 1) {
      pair(width, 1);
      advance(f, to, 16);
    }
    for (let end = 16 * Math.ceil(depth / 2), i = 0; end < panelBytes; end += 16, i++) {
      f.get(to)
        .v128(ZEROS)
        .store('v128.store', 16 * i);
    }
  };
  eachTask(f, panel, () => {
    setPointer(f, from, source, panel, PANEL);
    setPointer(f, to, target, panel, panelBytes);
    if (rest === PANEL) copy(PANEL);
    else if (panels === 1) copy(rest);
    else {
      f.get(panel)
        .i32(panels - 1)
        .op('i32.eq')
        .if(
          () => copy(rest),
          () => copy(PANEL),
        );
    }
  });
}

/** Writes a loop over the tasks of a function, whose parameters 1 and 2 are the first task and the one after the last. */
export function eachTask(f: FunctionBuilder, task: LocalId, body: () => void): void {
  forRange(
    f,
    task,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    body,
  );
}
