import { dynamicSlice, dynamicUpdateSlice } from './layout-dynamic.ts';
import { expand, reshape, transpose } from './layout-shape.ts';
import { concat, pad, reverse, slice } from './layout-window.ts';
import type { Operator } from './operator.ts';

/** Names of the operators that move elements without computing. */
export type LayoutOps =
  | 'reshape'
  | 'transpose'
  | 'expand'
  | 'slice'
  | 'reverse'
  | 'pad'
  | 'concat'
  | 'dynamicSlice'
  | 'dynamicUpdateSlice';

/** The operators that move elements without computing. */
export const layout: { readonly [K in LayoutOps]: Operator<K> } = {
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
