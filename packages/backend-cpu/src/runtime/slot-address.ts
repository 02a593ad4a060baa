import type { Emit } from '../wasm/index.ts';

/** Returns code that pushes the address of a byte in a slot, in a function whose first parameter is the table. */
export function slotAddress(slot: number, offset: number): Emit {
  return (f) => {
    f.get(0).load('i32.load', 4 * slot);
    if (offset > 0) f.i32(offset).op('i32.add');
  };
}
