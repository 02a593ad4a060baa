export { exportOnnx } from './export/export-onnx.ts';
export type { ExportOptions } from './export/options.ts';
export { type ProgramOptions, programToOnnx } from './export/program-to-onnx.ts';
export { inspectOnnx, type OnnxParameter, type OnnxPort, type OnnxReport } from './inspect/inspect-onnx.ts';
export { type CompareOptions, type Comparison, compare, type Difference } from './runtime/compare.ts';
export { type OnnxSession, openSession, type SessionOptions } from './runtime/session.ts';
