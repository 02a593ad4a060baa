import { type Instruction, indexOrigin } from '@manabi/compiler';
import { pushIndex } from './address.ts';
import type { Emission, Lane } from './emission.ts';
import { reportIndexFunction } from './support.ts';
import { pushValue } from './values.ts';

/** Pushes an index if it is in range; otherwise fills the error record and pushes 0. */
export function pushCheckedIndex(
  e: Emission,
  instruction: Extract<Instruction, { kind: 'checkedIndex' }>,
  at: Lane | null,
): void {
  const { f } = e;
  const { operand, extent, site } = instruction;
  pushValue(e, operand, at);
  f.i32(extent).op('i32.lt_u');
  f.if(
    () => pushValue(e, operand, at),
    () => {
      f.get(e.table).i32(site);
      pushValue(e, operand, at);
      pushPosition(e, operand, at);
      f.call(reportIndexFunction(e.support));
    },
    'i32',
  );
}

/** Pushes the position in its slot from which an index was loaded; 0 if it was computed. */
function pushPosition(e: Emission, scalar: number, at: Lane | null): void {
  const origin = indexOrigin(e.definitions, scalar);
  if (origin === undefined) e.f.i32(0);
  else pushIndex(e, origin.index, at);
}
