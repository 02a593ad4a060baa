import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { libraryOf } from './jax-library.ts';
import type { Jax } from './jax-types.ts';
import { serve } from './serve.ts';

// The package is installed in another folder, so it cannot be imported by name. Its package.json contains the path of the
// file to import.
await serve(async ({ variant, npmFolder }) => {
  const folder = join(npmFolder, 'node_modules', '@jax-js', 'jax');
  const manifest: { readonly version: string; readonly module: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const jax: Jax = await import(pathToFileURL(join(folder, manifest.module)).href);
  return libraryOf(jax, manifest.version, variant);
});
