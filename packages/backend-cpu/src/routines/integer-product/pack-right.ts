import { type Emit, type FunctionBuilder, forRange } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import { type Division, PANEL, TERMS } from './division.ts';
import { eachTask } from './tasks.ts';
import { HIGH_PAIRS, LOW, LOW_PAIRS, SIGNS, ZEROS } from './vectors.ts';

/**
 * Writes the function that copies the right operand to panels of eight columns, one panel per task. A panel has four terms of each
 * column next to each other, as int8.
 */
export function packRight(f: FunctionBuilder, division: Division, right: Emit, scratch: Emit): void {
  const { depth, columns, panels, panelBytes, panelOffset } = division;
  const [source, target, panel, k, from, to, column] = f.locals('i32', 7);
  const rows = f.locals('v128', TERMS);
  setTo(f, source, right);
  setTo(f, target, scratch);
  advance(f, target, panelOffset);
  const rest = columns - (panels - 1) * PANEL;
  const copyWhole = (count: number): void => {
    rows.forEach((row, i) => {
      if (i < count) f.get(from).load('v128.load64_zero', i * columns);
      else f.v128(SIGNS);
      f.set(row);
    });
    f.get(rows[0]).get(rows[1]).shuffle8(LOW).set(rows[0]);
    f.get(rows[2]).get(rows[3]).shuffle8(LOW).set(rows[1]);
    [LOW_PAIRS, HIGH_PAIRS].forEach((order, half) => {
      f.get(to)
        .get(rows[0])
        .get(rows[1])
        .shuffle8(order)
        .v128(SIGNS)
        .op('v128.xor')
        .store('v128.store', 16 * half);
    });
  };
  const copyPart = (width: number, count: number): void => {
    for (let half = 0; half < 2; half++)
      f.get(to)
        .v128(ZEROS)
        .store('v128.store', 16 * half);
    for (let row = 0; row < count; row++) {
      forRange(f, column, 0, width, 1, () => {
        f.get(to).get(column).i32(2).op('i32.shl', 'i32.add');
        f.get(from)
          .get(column)
          .op('i32.add')
          .load('i32.load8_u', row * columns)
          .i32(0x80)
          .op('i32.xor')
          .store('i32.store8', row);
      });
    }
  };
  const copy = (width: number): void => {
    const step = (count: number) => (width === PANEL ? copyWhole(count) : copyPart(width, count));
    forRange(f, k, 0, Math.floor(depth / TERMS), 1, () => {
      step(TERMS);
      advance(f, from, TERMS * columns);
      advance(f, to, PANEL * TERMS);
    });
    if (depth % TERMS > 0) step(depth % TERMS);
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
