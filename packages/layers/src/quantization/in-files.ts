/**
 * Functions with which files store quantized layers. They are not part of the public API, and may change in any release.
 *
 * @packageDocumentation
 */
export { type QuantizableWeight, quantizableWeights } from './quantizable.ts';
export { floatValues, integerValues, quantizeLayer, type StoredWeight, scaleValues } from './quantize-layer.ts';
