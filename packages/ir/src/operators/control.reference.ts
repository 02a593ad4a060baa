import type { ControlOps } from './control.ts';
import type { Reference } from './reference.ts';

/** References of the operators whose attributes hold graphs. */
export const controlReference: { readonly [K in ControlOps]: Reference<K> } = {
  call: (operands, { body }, _results, interpret) => interpret(body, operands),
};
