export { type GraphToOnnxOptions, graphToOnnx, type OnnxParts } from './export/graph-to-onnx.ts';
