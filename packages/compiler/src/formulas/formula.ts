import type { Algebra } from './algebra.ts';

/** A formula of a function, such as `exp`: computes results from operands by the operations of any `Algebra`. */
export type Formula = <X>(algebra: Algebra<X>, ...operands: X[]) => X;
