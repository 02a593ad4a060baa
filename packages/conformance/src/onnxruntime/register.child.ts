import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { registerBackend } from '@manabi/ir';

// Even the smallest graphs run in ONNX Runtime.
registerBackend('onnxruntime', () =>
  createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend(), leastOperations: 0 }),
);
