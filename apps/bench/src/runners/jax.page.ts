import { libraryOf } from './jax-library.ts';
import type { Jax } from './jax-types.ts';
import { serveInPage } from './serve-in-page.ts';

const name = '@jax-js/jax';

serveInPage(async ({ variant, peers, versions }) => {
  const jax: Jax = await import(peers[name]);
  return libraryOf(jax, versions[name], variant);
});
