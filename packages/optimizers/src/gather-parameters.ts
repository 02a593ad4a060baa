import { type Tensor, tree } from '@manabi/core';
import { alignLeaves } from './align.ts';
import { checkFits, checkFloat, checkSlots, checkState } from './checks.ts';
import type { OptimizerState } from './optimizer.ts';

/** Values that an optimizer stores for one parameter, by slot name. */
export type Slots = Readonly<Record<string, Tensor>>;

/** A parameter of a tree, with its path, gradient and slots. */
export interface Parameter {
  readonly path: string;
  readonly param: Tensor;
  readonly grad: Tensor;
  readonly slots: Slots;
}

/**
 * Returns the parameters of a tree in order, each with its gradient and slots.
 *
 * @throws ManabiError under the same conditions as `Optimizer.update()`
 */
export function gatherParameters(
  op: string,
  slotNames: readonly string[],
  params: unknown,
  grads: unknown,
  state: OptimizerState<unknown>,
): Parameter[] {
  checkState(op, state);
  checkSlots(op, slotNames, state.slots);
  const aligned = alignLeaves(op, 'grads', params, grads);
  const remembered = slotNames.map((slot) => alignLeaves(op, `state.slots.${slot}`, params, state.slots[slot]));
  return tree.entries(params).map(([path, param], i) => {
    checkFloat(op, path, param);
    checkFits(op, { label: 'Gradient', path, fix: 'Compute gradients of these parameters.' }, param, aligned[i]);
    return {
      path,
      param,
      grad: aligned[i],
      slots: Object.fromEntries(slotNames.map((slot, s) => [slot, remembered[s][i]])),
    };
  });
}
