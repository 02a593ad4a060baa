import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What a page downloads, in bytes after gzip. */
export interface PageBundle {
  readonly total: number;
  /** By package: its share of the minified text, of the total. */
  readonly byPackage: ReadonlyMap<string, number>;
  /** Modules that are in the download, such as `core/dist/tensor.js`. */
  readonly modules: readonly string[];
}

/**
 * Bundles a page's program from what is published, minified for the browser.
 *
 * @param page path of the program
 */
export async function bundlePage(page: string): Promise<PageBundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [page],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    metafile: true,
    write: false,
    outdir: 'out',
    logLevel: 'silent',
  });
  const total = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  const modules = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => {
      const place = /packages\/([\w-]+\/dist\/.+)$/.exec(file)?.[1];
      return place !== undefined && bytesInOutput > 0 ? [{ place, bytes: bytesInOutput }] : [];
    }),
  );
  return { total, byPackage: sharesOf(modules, total), modules: modules.map(({ place }) => place) };
}

function sharesOf(modules: readonly { place: string; bytes: number }[], total: number): Map<string, number> {
  const all = modules.reduce((sum, { bytes }) => sum + bytes, 0);
  const shares = new Map<string, number>();
  for (const { place, bytes } of modules) {
    const [name] = place.split('/');
    shares.set(name, (shares.get(name) ?? 0) + (bytes / all) * total);
  }
  return shares;
}
