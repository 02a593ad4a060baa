import type { AttentionOperand } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { type FunctionBuilder, forRange, type LocalId, limitTo } from '../../wasm/index.ts';
import { setPointer } from '../addressing.ts';
import type { Items } from './division.ts';

/** An operand, its slot, and the bytes of an element. */
export interface ItemOperand {
  readonly operand: AttentionOperand;
  readonly slot: number;
  readonly bytes: number;
}

/** Locals of an item: its number, and the numbers of its matrix and of its part of the matrix. */
export interface ItemLocals {
  readonly item: LocalId;
  readonly matrix: LocalId;
  readonly chunk: LocalId;
  /** Addresses of the operands' matrices. */
  readonly pointers: readonly LocalId[];
}

/** Writes loops over the items of the tasks of a function, and code that sets the addresses of their operands. */
export function eachItem(
  f: FunctionBuilder,
  { chunks, items, itemsPerTask }: Items,
  batch: readonly number[],
  operands: readonly ItemOperand[],
  body: (locals: ItemLocals) => void,
): void {
  const [item, end, matrix, chunk, rest] = f.locals('i32', 5);
  const pointers = f.locals('i32', operands.length);
  f.get(2).i32(itemsPerTask).op('i32.mul').set(end);
  limitTo(f, end, items);
  forRange(
    f,
    item,
    (g) => g.get(1).i32(itemsPerTask).op('i32.mul'),
    (g) => g.get(end),
    1,
    () => {
      f.get(item).i32(chunks).op('i32.div_u').set(matrix);
      f.get(item).i32(chunks).op('i32.rem_u').set(chunk);
      for (const [i, { operand, slot, bytes }] of operands.entries()) {
        slotAddress(slot, operand.offset * bytes)(f);
        f.set(pointers[i]);
      }
      f.get(matrix).set(rest);
      for (let axis = batch.length - 1; axis >= 0; axis--) {
        for (const [i, { operand, bytes }] of operands.entries()) {
          if (operand.batchStrides[axis] === 0) continue;
          f.get(pointers[i])
            .get(rest)
            .i32(batch[axis])
            .op('i32.rem_u')
            .i32(operand.batchStrides[axis] * bytes);
          f.op('i32.mul', 'i32.add').set(pointers[i]);
        }
        f.get(rest).i32(batch[axis]).op('i32.div_u').set(rest);
      }
      body({ item, matrix, chunk, pointers });
    },
  );
}

/** Writes code that sets a local to the smaller of a constant, and of a constant minus a local. */
export function setRest(f: FunctionBuilder, target: LocalId, most: number, length: number, begin: LocalId): void {
  f.i32(length).get(begin).op('i32.sub').set(target);
  limitTo(f, target, most);
}

/** Writes code that sets `address` to the address of row `index` of a matrix. */
export function setRow(
  f: FunctionBuilder,
  address: LocalId,
  base: LocalId,
  index: LocalId,
  { rowStride }: AttentionOperand,
  bytes = 4,
): void {
  setPointer(f, address, base, index, rowStride * bytes);
}

/** Writes code that pushes `ceil(local / divisor)`, for a divisor that is a power of 2. */
export function pushCeil(f: FunctionBuilder, local: LocalId, divisor: 4 | 8): FunctionBuilder {
  return f
    .get(local)
    .i32(divisor - 1)
    .op('i32.add')
    .i32(Math.log2(divisor))
    .op('i32.shr_u');
}
