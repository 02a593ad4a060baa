import { defineConfig } from 'vite';

// Threads share memory only in isolated pages. A host that sends these headers lets the page train on all processors.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  server: { headers },
  preview: { headers },
  base: './', // so that the built page works in any folder of a server
  // The worker loads code when it needs it, for example that of WebGPU. Workers in Vite's default format cannot.
  worker: { format: 'es' },
  // The development server would move this package away from its data.
  optimizeDeps: { exclude: ['@manabi/mnist'] },
});
