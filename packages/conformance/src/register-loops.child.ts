// Registers the CPU backend without a single tuned template, for programs of their own process.
import { createCpuBackend } from '@manabi/backend-cpu';
import { registerBackend } from '@manabi/ir';

registerBackend('cpu', () => createCpuBackend({ routines: [] }));
