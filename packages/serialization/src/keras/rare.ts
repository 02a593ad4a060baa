// Code for parts of Keras files that few models have. It is one module, so that pages download little to find it.
export { operatorReader } from './operators/read-operators.ts';
export { dequantized, withoutQuantization } from './quantized/dequantize.ts';
