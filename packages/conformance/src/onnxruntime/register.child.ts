import { registerBackend } from '@manabi/ir';
import { createOnnxRuntime } from './onnxruntime.fixture.ts';

registerBackend('onnxruntime', createOnnxRuntime);
