import type { ContestantName } from '@manabi/bench';

/** What each contestant of the benchmarks is, for readers of the results. */
export const contestantTexts: Readonly<Record<ContestantName, string>> = {
  'manabi-cpu': 'manabi, functions compiled by `jit`, backend `cpu` (WebAssembly)',
  'manabi-layers': 'manabi, layers and `trainOnBatch`, backend `cpu`',
  'manabi-onnxruntime': 'manabi, functions compiled by `jit`, backend `onnxruntime`',
  'tfjs-cpu': 'TensorFlow.js, backend `cpu` (JavaScript)',
  'tfjs-wasm': 'TensorFlow.js, backend `wasm`',
  'jax-js': 'jax-js, device `wasm`',
  'onnxruntime-web': 'ONNX Runtime Web, with the files that manabi exports; cannot train',
  'onnxruntime-node': 'ONNX Runtime for Node, native code, with the files that manabi exports; cannot train',
  pytorch: 'PyTorch in Python, native code, eager',
  'pytorch-fused': 'PyTorch with `Adam(fused=True)`; training only',
  'pytorch-channels-last': 'PyTorch with images in `channels_last`; `cnn-step` only',
  tensorflow: 'TensorFlow in Python, Keras; `gpt-step` and `network-step` only',
  'manabi-webgpu': 'manabi, functions compiled by `jit`, backend `webgpu`',
  'tfjs-webgpu': 'TensorFlow.js, backend `webgpu`',
  'jax-js-webgpu': 'jax-js, device `webgpu`',
  'manabi-data': 'manabi, `imageFolder` and `fromTensorSlices`',
  'tf-data': 'TensorFlow in Python, tf.data',
  'pytorch-data': 'PyTorch in Python, `DataLoader`',
};
