import type { Operator } from '../operator.ts';
import { call } from './call.ts';
import { cond } from './cond.ts';
import { scan, whileLoop } from './loop.ts';

/** Names of the operators whose attributes contain graphs. */
export type ControlOps = 'call' | 'cond' | 'scan' | 'while';

/** The operators whose attributes contain graphs: a call, a branch and two loops. */
export const control: { readonly [K in ControlOps]: Operator<K> } = { call, cond, scan, while: whileLoop };
