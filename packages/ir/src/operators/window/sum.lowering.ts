import type { Lowering } from '../lowering.ts';
import { joinCells } from './join.ts';
import { padLastAxes } from './pad.ts';

export const windowSum: Lowering<'windowSum'> = {
  class: 'routine',
  body: (b, [x], { window, strides, padding, dilation }) => {
    const padded = padLastAxes(
      b,
      x,
      padding,
      window.map(() => 0),
      0,
    );
    const cells = b.windows(padded, window, strides, dilation);
    return [joinCells(b, [cells], window.length, 'sum', ([cell]) => cell)];
  },
};
