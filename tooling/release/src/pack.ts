import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPnpm } from '@tooling/run/install';
import { type Published, publishedPackages } from './published.ts';

/** A package and the tarball that would be uploaded. */
export interface Pack extends Published {
  /** The tarball's path. */
  readonly tarball: string;
}

/**
 * Packs every published package, as publishing does, into a temporary folder that lives as long as the call.
 *
 * @param use what to do with the tarballs
 * @returns what `use` returns
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

/** How pnpm names a tarball: `@manabi/core` becomes `manabi-core-1.2.3.tgz`. */
const fileName = ({ manifest: { name, version } }: Published): string =>
  `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
