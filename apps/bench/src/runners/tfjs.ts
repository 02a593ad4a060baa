import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve } from './serve.ts';
import type { Tf, TfWasm } from './tensorflow.ts';
import { libraryOf } from './tfjs-library.ts';

await serve(async ({ variant, threads, npmFolder }) => {
  const peers = createRequire(join(npmFolder, 'package.json'));
  const tf: Tf = peers('@tensorflow/tfjs');
  if (variant === 'webgpu') peers('@tensorflow/tfjs-backend-webgpu');
  if (variant !== 'wasm') return libraryOf(tf, variant, 1);
  const wasm: TfWasm = peers('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(peers.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  wasm.setThreadsCount(threads);
  const library = await libraryOf(tf, variant, threads);
  return { ...library, threads: wasm.getThreadsCount() };
});
