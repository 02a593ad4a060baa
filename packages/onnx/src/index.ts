export { exportOnnx } from './export/export-onnx.ts';
export type { ExportOptions } from './export/options.ts';
