/**
 * The composites `matMulInteger` and `convInteger`, apart from the other composites, so that only programs that use them download them.
 *
 * @packageDocumentation
 */
export {
  type ConvIntegerConfig,
  convIntegerCall,
  matMulIntegerCall,
  ZERO_POINT,
} from './composites/integer-product.ts';
