export type { QuantizedDType } from '../layer/quantized-as.ts';
export { type Quantized, type QuantizeOptions, quantize } from './quantize.ts';
export type { BytesBeforeAndAfter, QuantizationReport, QuantizedLayerReport } from './report.ts';
