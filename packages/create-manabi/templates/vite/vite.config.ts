import { defineConfig } from 'vite';

export default defineConfig({
  base: './', // so that the built page works in any folder of a server
  // The worker loads code when it needs it, for example that of WebGPU. Workers in Vite's default format cannot.
  worker: { format: 'es' },
  // The development server would move this package away from its data.
  optimizeDeps: { exclude: ['@manabi/mnist'] },
});
