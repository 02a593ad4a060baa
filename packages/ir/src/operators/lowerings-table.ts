import type { OpName } from '../graph/graph.ts';
import { contractionLowering } from './contraction/contraction.lowering.ts';
import { controlLowering } from './control/control.lowering.ts';
import { elementwiseLowering } from './elementwise/elementwise.lowering.ts';
import { indexingLowering } from './indexing/indexing.lowering.ts';
import { layoutLowering } from './layout/layout.lowering.ts';
import type { Lowering } from './lowering.ts';
import { reduceLowering } from './reduce/reduce.lowering.ts';
import { sourceLowering } from './source/source.lowering.ts';
import { windowLowering } from './window/window.lowering.ts';

/** Lowering of every operator. */
export const lowerings: { readonly [K in OpName]: Lowering<K> } = {
  ...sourceLowering,
  ...elementwiseLowering,
  ...reduceLowering,
  ...layoutLowering,
  ...indexingLowering,
  ...contractionLowering,
  ...windowLowering,
  ...controlLowering,
};
