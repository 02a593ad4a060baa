import type { Lowering } from '../lowering.ts';
import type { ControlOps } from './control.ts';

/** Lowerings of the operators whose attributes contain graphs: `call`, `cond`, `scan` and `while`. */
export const controlLowering: { readonly [K in ControlOps]: Lowering<K> } = {
  call: { class: 'call' },
  cond: { class: 'branch', branches: ({ thenBranch, elseBranch }) => ({ thenBranch, elseBranch }) },
  scan: {
    class: 'loop',
    loop: ({ body, carries, xs, length, reverse }) => ({ body, test: null, carries, xs, iterations: length, reverse }),
  },
  while: {
    class: 'loop',
    loop: ({ test, body, carries, maxTrips }) => ({ body, test, carries, xs: 0, iterations: maxTrips, reverse: false }),
  },
};
