import { registerBackend } from '@manabi/ir';
import { createCpuBackend } from './backend.ts';

registerBackend('cpu', () => createCpuBackend());
