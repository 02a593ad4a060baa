export { type GraphToOnnxOptions, graphToOnnx } from './export/graph-to-onnx.ts';
