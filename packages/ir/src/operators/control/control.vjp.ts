import { ManabiError } from '@manabi/errors';
import { isFloat } from '../../types/dtype.ts';
import type { Vjp, VjpRule } from '../vjp.ts';
import { cond } from './cond.vjp.ts';
import type { ControlOps } from './control.ts';
import { scan } from './scan.vjp.ts';
import { whileLoop } from './while.vjp.ts';

/**
 * A call's own gradient, copied in its place. Results that nobody uses have the cotangent zero.
 *
 * @throws ManabiError `graph` if the call has none: its body has to stand in its place before it is differentiated
 */
const call: VjpRule<'call'> = (b, { operands, results, attributes: { name, vjp } }, cotangents) => {
  if (vjp === null) {
    throw new ManabiError(
      'graph',
      `The call of ${name} has no vjp graph, so its gradient is that of its body: inline it before rules are applied.`,
      { op: 'call', data: { name } },
    );
  }
  const given = results.flatMap((result, i) => (isFloat(b.dtype(result)) ? [cotangents[i] ?? b.full(result, 0)] : []));
  const found = b.inline(vjp, [...operands, ...results, ...given]);
  let next = 0;
  return operands.map((operand) => (isFloat(b.dtype(operand)) ? found[next++] : null));
};

/** Gradients of the operators whose attributes hold graphs. */
export const controlVjp: { readonly [K in ControlOps]: Vjp<K> } = { call, cond, scan, while: whileLoop };
