import { type Instruction, indexOrigin } from '@manabi/compiler';
import { pushIndex } from './address.ts';
import type { Emission, Lane } from './emission.ts';
import { reportIndexFunction } from './support.ts';
import { pushValue } from './values.ts';

/**
 * Writes code that pushes an index if it is in range. Otherwise the code reports the index in the error record of the
 * plan and pushes 0.
 */
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

/** Writes code that pushes the position in its array from which an index was loaded; 0 if the index was computed. */
function pushPosition(e: Emission, scalar: number, at: Lane | null): void {
  const origin = indexOrigin(e.definitions, scalar);
  if (origin === undefined) e.f.i32(0);
  else pushIndex(e, origin.index, at);
}
