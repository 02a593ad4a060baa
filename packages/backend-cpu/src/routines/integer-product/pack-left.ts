import { type Emit, type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import { BLOCK_ROWS, type Division } from './division.ts';
import { eachTask } from './tasks.ts';
import { int16s, SIGNS, ZEROS } from './vectors.ts';

/** Locals of functions that pack the left operand. */
interface PackLocals {
  readonly from: LocalId;
  readonly to: LocalId;
  readonly k: LocalId;
  readonly terms: LocalId;
  readonly value: LocalId;
}

function packLocals(f: FunctionBuilder): PackLocals {
  const [from, to, k, value] = f.locals('i32', 4);
  return { from, to, k, value, terms: f.local('v128') };
}

/**
 * Writes the function that converts rows of the left operand to int16, row by row, and computes the correction of each row for a
 * right operand of unsigned numbers, which are 128 too large: 128 times the sum of the row is subtracted.
 */
export function packRows(f: FunctionBuilder, division: Division, left: Emit, scratch: Emit): void {
  const [source, target, notes, row, sum] = f.locals('i32', 5);
  const sums = f.local('v128');
  const locals = packLocals(f);
  setTo(f, source, left);
  setTo(f, target, scratch);
  f.get(target).i32(division.notesOffset).op('i32.add').set(notes);
  eachTask(f, row, () => {
    setPointer(f, locals.from, source, row, division.depth);
    setPointer(f, locals.to, target, row, division.rowBytes);
    f.i32(0).set(sum).v128(ZEROS).set(sums);
    packInt16(f, division, locals, {
      eight: () => f.get(sums).get(locals.terms).v128(int16s(1)).op('i32x4.dot_i16x8_s', 'i32x4.add').set(sums),
      one: () => f.get(sum).get(locals.value).op('i32.add').set(sum),
    });
    for (let lane = 0; lane < 4; lane++) {
      f.get(sum).get(sums).lane('i32x4.extract_lane', lane).op('i32.add').set(sum);
    }
    setPointer(f, locals.to, notes, row, 4);
    f.get(locals.to).get(sum).i32(-128).op('i32.mul').store('i32.store');
  });
}

/**
 * Writes the function that converts blocks of rows of the left operand: to bytes with 7 bits if a block has no negative elements,
 * otherwise to int16. The note of the block says which.
 */
export function packBlocks(f: FunctionBuilder, division: Division, left: Emit, scratch: Emit): void {
  const { rows, depth, rowBytes, notesOffset } = division;
  const [source, target, block, row, end, first, note] = f.locals('i32', 7);
  const locals = packLocals(f);
  setTo(f, source, left);
  setTo(f, target, scratch);
  const eachRow = (pack: () => void): void =>
    forRange(
      f,
      row,
      (g) => g.get(first),
      (g) => g.get(end),
      1,
      () => {
        setPointer(f, locals.from, source, row, depth);
        setPointer(f, locals.to, target, row, rowBytes);
        pack();
      },
    );
  const packWide = () => eachRow(() => packInt16(f, division, locals, { eight: () => {}, one: () => {} }));
  eachTask(f, block, () => {
    f.get(block).i32(BLOCK_ROWS).op('i32.mul').tee(first).i32(BLOCK_ROWS).op('i32.add').set(end);
    if (rows % BLOCK_ROWS !== 0) f.get(end).i32(rows).get(end).i32(rows).op('i32.lt_s', 'select').set(end);
    if (!f.fused) {
      packWide();
      return;
    }
    pushHasNoNegative(f, locals, {
      begin: () => setPointer(f, locals.from, source, first, depth),
      bytes: () => f.get(end).get(first).op('i32.sub').i32(depth).op('i32.mul'),
    });
    f.set(note);
    setPointer(f, locals.to, target, block, 4);
    f.get(locals.to).get(note).store('i32.store', notesOffset);
    f.get(note).if(() => eachRow(() => packBytes(f, division, locals)), packWide);
  });
}

/** Pushes whether all bytes of a range are at least 128, the zero point. */
function pushHasNoNegative(
  f: FunctionBuilder,
  { from, k, terms, value }: PackLocals,
  range: { readonly begin: () => void; readonly bytes: () => FunctionBuilder },
): void {
  range.begin();
  f.v128(SIGNS).set(terms).i32(0x80).set(value);
  range.bytes().set(k);
  whileAtLeast(f, k, 16, () => {
    f.get(from).load('v128.load').get(terms).op('v128.and').set(terms);
    advance(f, from, 16);
  });
  whileAtLeast(f, k, 1, () => {
    f.get(from).load('i32.load8_u').get(value).op('i32.and').set(value);
    advance(f, from, 1);
  });
  f.v128(SIGNS).get(terms).op('v128.andnot', 'v128.any_true', 'i32.eqz').get(value).i32(7).op('i32.shr_u', 'i32.and');
}

/** Writes a loop that subtracts `step` from a local as long as it is not smaller. */
function whileAtLeast(f: FunctionBuilder, rest: LocalId, step: number, body: () => void): void {
  f.block((done) => {
    f.loop((again) => {
      f.get(rest).i32(step).op('i32.lt_s').brIf(done);
      body();
      advance(f, rest, -step);
      f.br(again);
    });
  });
}

/** Writes code that converts a row to bytes, and fills it with zeros. */
function packBytes(f: FunctionBuilder, { depth, rowBytes }: Division, { from, to, k }: PackLocals): void {
  const whole = Math.floor(depth / 16) * 16;
  forRange(f, k, 0, whole, 16, () => {
    f.get(to).get(from).load('v128.load').v128(SIGNS).op('v128.xor').store('v128.store');
    advance(f, from, 16);
    advance(f, to, 16);
  });
  forRange(f, k, whole, depth, 1, () => {
    f.get(to).get(from).load('i32.load8_u').i32(0x80).op('i32.xor').store('i32.store8');
    advance(f, from, 1);
    advance(f, to, 1);
  });
  for (let zero = 0; zero < rowBytes / 2 - depth; zero++) f.get(to).i32(0).store('i32.store8', zero);
}

/** Writes code that converts a row to int16, and fills it with zeros. `eight` and `one` are called for the converted elements. */
function packInt16(
  f: FunctionBuilder,
  { depth, rowBytes }: Division,
  { from, to, k, terms, value }: PackLocals,
  then: { readonly eight: () => void; readonly one: () => void },
): void {
  const whole = Math.floor(depth / 8) * 8;
  forRange(f, k, 0, whole, 8, () => {
    f.get(from).load('v128.load64_zero').op('i16x8.extend_low_i8x16_u').v128(int16s(128)).op('i16x8.sub').set(terms);
    f.get(to).get(terms).store('v128.store');
    then.eight();
    advance(f, from, 8);
    advance(f, to, 16);
  });
  forRange(f, k, whole, depth, 1, () => {
    f.get(from).load('i32.load8_u').i32(128).op('i32.sub').set(value);
    f.get(to).get(value).store('i32.store16');
    then.one();
    advance(f, from, 1);
    advance(f, to, 2);
  });
  for (let zero = 0; zero < rowBytes / 2 - depth; zero++)
    f.get(to)
      .i32(0)
      .store('i32.store16', 2 * zero);
}
