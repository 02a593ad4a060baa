import type { Combine, Lowering } from '../lowering.ts';
import type { ReduceOp } from './reduce.ts';

/** Lowerings of the reductions and of `cumSum`. */
export const reduceLowering: { readonly [K in ReduceOp]: Lowering<K> } = {
  reduceSum: reduction('add'),
  reduceProd: reduction('mul'),
  reduceMax: reduction('max'),
  reduceMin: reduction('min'),
  argMax: { class: 'argReduce', largest: true, axis: ({ axis }) => axis },
  argMin: { class: 'argReduce', largest: false, axis: ({ axis }) => axis },
  cumSum: { class: 'scan', combine: 'add', along: (attributes) => attributes },
};

function reduction<K extends 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin'>(combine: Combine): Lowering<K> {
  return { class: 'reduce', combine, axes: ({ axes }) => axes };
}
