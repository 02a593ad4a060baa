import { registerBackend } from '@manabi/ir';
import { createWebGpuBackend } from './backend.ts';

registerBackend('webgpu', () => createWebGpuBackend());
