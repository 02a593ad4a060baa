import { clone, type Tensor } from '@manabi/core';
import { setPrivate, slotOf, type Variable } from './variable.ts';

/**
 * The present value of a variable, for a call that is dispatched at once: what runs keeps the order of the calls, so the
 * value is there then, even if the next training step overwrites it. Whoever keeps it longer takes `variable.value` or a
 * lease.
 */
export function presentValue(variable: Variable): Tensor {
  return slotOf(variable).tensor;
}

/** The present value of a variable, to be donated; a copy where somebody else uses it. */
export function valueToDonate(variable: Variable): Tensor {
  const { tensor, isPrivate, leases } = slotOf(variable);
  return isPrivate && leases === 0 ? tensor : clone(tensor);
}

/** Sets a variable to what a training step computes. */
export function keepResult(variable: Variable, value: Tensor): void {
  setPrivate(variable, value);
}

/** Present values of variables that stay as they are until they are released, whatever is trained meanwhile. */
export interface Lease {
  /** In the order of the variables. */
  readonly values: readonly Tensor[];
  release(): void;
}

/** Takes the present values of variables for a run that takes more than one call. */
export function lease(variables: readonly Variable[]): Lease {
  const slots = variables.map((variable) => slotOf(variable));
  for (const slot of slots) slot.leases++;
  return {
    values: slots.map(({ tensor }) => tensor),
    release: () => {
      slots.forEach((slot, i) => {
        slot.leases--;
        // It was replaced meanwhile: nobody can come by it any more.
        if (slot.leases === 0 && slot.isPrivate && slotOf(variables[i]) !== slot) slot.tensor.dispose();
      });
    },
  };
}
