import { registerDefaultBackend } from '@manabi/core';

/** For programs that register no backend: `cpu`, loaded when something first runs. */
registerDefaultBackend('cpu', async () => (await import('@manabi/backend-cpu')).createCpuBackend());
