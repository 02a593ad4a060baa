import type { Operator } from '../operator.ts';
import { call } from './call.ts';
import { cond } from './cond.ts';
import { scan, whileLoop } from './loop.ts';

/** Names of the operators whose attributes hold graphs. */
export type ControlOps = 'call' | 'cond' | 'scan' | 'while';

/** The operators whose attributes hold graphs. */
export const control: { readonly [K in ControlOps]: Operator<K> } = { call, cond, scan, while: whileLoop };
