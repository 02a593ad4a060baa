import { clone, type Tensor } from '@manabi/core';
import { setPrivate, slotOf, type Variable } from './variable.ts';

/**
 * Returns the current value of a variable, for a call that is dispatched immediately. Calls run in order, so the value
 * is valid then even if the next training step overwrites it. To keep a value longer, use `variable.value` or a lease.
 */
export function presentValue(variable: Variable): Tensor {
  return slotOf(variable).tensor;
}

/** Returns the current value of a variable, to be donated; a copy if it is in use elsewhere. */
export function valueToDonate(variable: Variable): Tensor {
  const { tensor, isPrivate, leases } = slotOf(variable);
  return isPrivate && leases === 0 ? tensor : clone(tensor);
}

/** Sets a variable to the result of a training step. */
export function keepResult(variable: Variable, value: Tensor): void {
  setPrivate(variable, value);
}

/** Current values of variables. They stay valid until they are released, even if training replaces them. */
export interface Lease {
  /** Values in the order of the variables. */
  readonly values: readonly Tensor[];
  release(): void;
}

/** Leases the current values of variables for several calls. */
export function lease(variables: readonly Variable[]): Lease {
  const slots = variables.map((variable) => slotOf(variable));
  for (const slot of slots) slot.leases++;
  return {
    values: slots.map(({ tensor }) => tensor),
    release: () => {
      slots.forEach((slot, i) => {
        slot.leases--;
        // The value was replaced in the meantime and is unreachable now.
        if (slot.leases === 0 && slot.isPrivate && slotOf(variables[i]) !== slot) slot.tensor.dispose();
      });
    },
  };
}
