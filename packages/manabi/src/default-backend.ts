import { createCpuBackend } from '@manabi/backend-cpu';
import { registerDefaultBackend } from '@manabi/core';

/**
 * For programs that register no backend: `cpu`, made when something first runs. It is imported as everything else is, since
 * an `import()` would split the program, and bundlers do not split workers (the default of Vite).
 */
registerDefaultBackend('cpu', () => createCpuBackend());
