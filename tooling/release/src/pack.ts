import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPnpm } from '@tooling/run/install';
import { type Published, publishedPackages } from './published.ts';

/** A published package, with the tarball that the next release would upload. */
export interface Pack extends Published {
  /** Path of the tarball. */
  readonly tarball: string;
}

/**
 * Packs every published package, as publishing does, into a temporary folder that is removed afterwards.
 *
 * @param use function that receives the tarballs
 * @returns the result of `use`
 */
export async function withPacks<T>(use: (packs: readonly Pack[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-packs-'));
  try {
    const code = await runPnpm(['-r', '--filter', './packages/*', '--silent', 'pack', '--pack-destination', folder]);
    if (code !== 0) throw new Error(`pnpm pack ended with exit code ${code}.`);
    return await use(
      publishedPackages().map((published) => ({ ...published, tarball: join(folder, fileName(published)) })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns pnpm's name for a tarball: `manabi-core-1.2.3.tgz` for `@manabi/core`. */
const fileName = ({ manifest: { name, version } }: Published): string =>
  `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
