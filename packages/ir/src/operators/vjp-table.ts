import type { OpName } from '../graph/graph.ts';
import { contractionVjp } from './contraction/contraction.vjp.ts';
import { controlVjp } from './control/control.vjp.ts';
import { elementwiseVjp } from './elementwise/elementwise.vjp.ts';
import { indexingVjp } from './indexing/indexing.vjp.ts';
import { layoutVjp } from './layout/layout.vjp.ts';
import { reduceVjp } from './reduce/reduce.vjp.ts';
import { sourceVjp } from './source/source.vjp.ts';
import type { Vjp } from './vjp.ts';
import { windowVjp } from './window/window.vjp.ts';

/** Gradient rule of every operator, or the reason why it is not differentiable. */
export const vjps: { readonly [K in OpName]: Vjp<K> } = {
  ...sourceVjp,
  ...elementwiseVjp,
  ...reduceVjp,
  ...layoutVjp,
  ...indexingVjp,
  ...contractionVjp,
  ...windowVjp,
  ...controlVjp,
};
