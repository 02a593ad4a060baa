import { ManabiError } from '@manabi/errors';
import { isFloat } from '../../types/dtype.ts';
import type { Vjp, VjpRule } from '../vjp.ts';
import { cond } from './cond.vjp.ts';
import type { ControlOps } from './control.ts';
import { scan } from './scan.vjp.ts';
import { whileLoop } from './while.vjp.ts';

/**
 * Inlines the gradient graph of the call. A result with a null cotangent gets zeros.
 *
 * @throws ManabiError `graph` if the call has no gradient graph; its body must be inlined before differentiation
 */
const call: VjpRule<'call'> = (b, { operands, results, attributes: { name, vjp } }, cotangents) => {
  if (vjp === null) {
    throw new ManabiError(
      'graph',
      `The call of ${name} has no vjp graph. Inline its body with inlineCalls() before differentiating.`,
      { op: 'call', data: { name } },
    );
  }
  const given = results.flatMap((result, i) => (isFloat(b.dtype(result)) ? [cotangents[i] ?? b.full(result, 0)] : []));
  const found = b.inline(vjp, [...operands, ...results, ...given]);
  let next = 0;
  return operands.map((operand) => (isFloat(b.dtype(operand)) ? found[next++] : null));
};

/** Gradient rules of the operators whose attributes contain graphs: `call`, `cond`, `scan` and `while`. */
export const controlVjp: { readonly [K in ControlOps]: Vjp<K> } = { call, cond, scan, while: whileLoop };
