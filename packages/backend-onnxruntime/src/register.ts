import { registerBackend } from '@manabi/ir';
import { createOnnxRuntimeBackend } from './backend.ts';

registerBackend('onnxruntime', () => createOnnxRuntimeBackend());
