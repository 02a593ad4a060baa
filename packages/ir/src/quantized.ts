/**
 * The composite `matMulInteger`, apart from the other composites, so that only programs that use it download it.
 *
 * @packageDocumentation
 */
export { matMulIntegerCall, ZERO_POINT } from './composites/integer-product.ts';
