import { clone, type Tensor } from '@manabi/core';
import { setPrivate, slotOf, type Variable } from './variable.ts';

/**
 * Returns the current value of a variable, for a call that is dispatched immediately. Calls run in order, so the value
 * is still valid when the call runs, even if a later training step overwrites it. To keep a value longer, use
 * `variable.value` or `lease`.
 */
export function presentValue(variable: Variable): Tensor {
  return slotOf(variable).tensor;
}

/** Returns the current value of a variable, to be donated; if other code uses the value, returns a copy. */
export function valueToDonate(variable: Variable): Tensor {
  const { tensor, isPrivate, leases } = slotOf(variable);
  return isPrivate && leases === 0 ? tensor : clone(tensor);
}

/** Sets a variable to the result of a training step. */
export function keepResult(variable: Variable, value: Tensor): void {
  setPrivate(variable, value);
}

/** Values of variables at one time. They stay valid until they are released, even if training replaces them. */
export interface Lease {
  /** Values in the order of the variables. */
  readonly values: readonly Tensor[];
  release(): void;
}

/** Keeps the current values of variables valid for several calls. */
export function lease(variables: readonly Variable[]): Lease {
  const slots = variables.map((variable) => slotOf(variable));
  for (const slot of slots) slot.leases++;
  return {
    values: slots.map(({ tensor }) => tensor),
    release: () => {
      slots.forEach((slot, i) => {
        slot.leases--;
        // Training has replaced this value meanwhile, so no other code can use it.
        if (slot.leases === 0 && slot.isPrivate && slotOf(variables[i]) !== slot) slot.tensor.dispose();
      });
    },
  };
}
