import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { type Contestant, npmFolder } from './contestants.ts';

/** A bundled page: its scripts by path, such as `/runner.js`. */
export interface PageBundle {
  readonly scripts: ReadonlyMap<string, string>;
  /** Paths of the scripts of npm packages, by package. */
  readonly peers: Readonly<Record<string, string>>;
}

/**
 * Bundles the runner of a contestant, including manabi's sources, and the packages of its peers for a page. Code that the
 * packages share is in a script of its own, so that it is loaded once.
 *
 * @param packages names of the npm packages
 */
export async function bundlePage({ runner }: Contestant, packages: readonly string[]): Promise<PageBundle> {
  const options: BuildOptions & { readonly write: false } = {
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'error',
    outdir: '/',
  };
  const page = fileURLToPath(new URL(`./runners/${runner.replace(/\.ts$/, '.page.ts')}`, import.meta.url));
  const bundles: BuildResult<{ write: false }>[] = [
    await build({ ...options, entryPoints: { runner: page }, conditions: ['@manabi/source'] }),
  ];
  const peers = Object.fromEntries(packages.map((name, index) => [name, `peer-${index}`]));
  if (packages.length > 0) {
    const entryPoints = Object.fromEntries(packages.map((name) => [peers[name], name]));
    bundles.push(
      await build({ ...options, absWorkingDir: npmFolder, nodePaths: [join(npmFolder, 'node_modules')], entryPoints }),
    );
  }
  return {
    scripts: new Map(bundles.flatMap(({ outputFiles }) => outputFiles.map(({ path, text }) => [path, text] as const))),
    peers: Object.fromEntries(Object.entries(peers).map(([name, entry]) => [name, `/${entry}.js`])),
  };
}
