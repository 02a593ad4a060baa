import type { Lowering } from '../lowering.ts';
import { dynamicSlice, dynamicUpdateSlice } from './dynamic.lowering.ts';
import type { LayoutOps } from './layout.ts';
import { expand, reshape, transpose } from './shape.lowering.ts';
import { concat, pad, reverse, slice } from './window.lowering.ts';

/** Lowerings of the operators that move elements without computing, such as transpose. */
export const layoutLowering: { readonly [K in LayoutOps]: Lowering<K> } = {
  reshape,
  transpose,
  expand,
  slice,
  reverse,
  pad,
  concat,
  dynamicSlice,
  dynamicUpdateSlice,
};
