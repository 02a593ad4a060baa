import { call } from './control-call.ts';
import { cond } from './control-cond.ts';
import { scan, whileLoop } from './control-loop.ts';
import type { Operator } from './operator.ts';

/** Names of the operators whose attributes hold graphs. */
export type ControlOps = 'call' | 'cond' | 'scan' | 'while';

/** The operators whose attributes hold graphs. */
export const control: { readonly [K in ControlOps]: Operator<K> } = { call, cond, scan, while: whileLoop };
