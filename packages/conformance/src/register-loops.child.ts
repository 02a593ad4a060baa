// Registers the CPU backend without tuned routines, for programs in a separate process.
import { createCpuBackend } from '@manabi/backend-cpu';
import { registerBackend } from '@manabi/ir';

registerBackend('cpu', () => createCpuBackend({ routines: [] }));
