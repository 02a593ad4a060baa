export { graphToOnnx } from './export/graph-to-onnx.ts';
