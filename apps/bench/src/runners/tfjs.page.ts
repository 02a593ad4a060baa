import { serveInPage } from './serve-in-page.ts';
import type { Tf } from './tensorflow.ts';
import { libraryOf } from './tfjs-library.ts';

serveInPage(async ({ variant, peers }) => {
  const tf: Tf = await import(peers['@tensorflow/tfjs']);
  if (variant === 'webgpu') await import(peers['@tensorflow/tfjs-backend-webgpu']);
  return libraryOf(tf, variant, 1);
});
