export { type L1L2Options, type L1Options, type L2Options, l1, l1L2, l2 } from './norms.ts';
export { type OrthogonalRegularizerOptions, orthogonalRegularizer } from './orthogonal.ts';
export type { Regularizer } from './regularizer.ts';
