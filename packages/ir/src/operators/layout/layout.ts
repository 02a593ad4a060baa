import type { Operator } from '../operator.ts';
import { dynamicSlice, dynamicUpdateSlice } from './dynamic.ts';
import { expand, reshape, transpose } from './shape.ts';
import { concat, pad, reverse, slice } from './window.ts';

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
