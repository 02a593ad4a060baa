import { createCpuBackend } from '@manabi/backend-cpu';
import { registerDefaultBackend } from '@manabi/core';

/**
 * Registers `cpu` as the backend of programs that register no backend themselves. The backend is created on first use.
 * The import is static, because an `import()` would split the bundle, which is not possible in workers built by Vite's
 * default settings.
 */
registerDefaultBackend('cpu', () => createCpuBackend());
