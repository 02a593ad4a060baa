import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Pack } from './pack.ts';
import { type Manifest, readManifest } from './published.ts';

const folders: string[] = [];

/** Creates a temporary folder that `removeFolders` removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-release-test-'));
  folders.push(folder);
  return folder;
}

/** Removes the temporary folders. Call it after each test. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Creates a tarball of a package with the given manifest and files, as `pnpm pack` does. */
export function packOf(manifest: Partial<Manifest> & { readonly name: string }, files: Record<string, string>): Pack {
  const folder = temporaryFolder();
  const all = { ...files, 'package.json': JSON.stringify({ version: '1.0.0', type: 'module', ...manifest }) };
  for (const [name, text] of Object.entries(all)) {
    const file = join(folder, 'package', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const tarball = join(folder, 'packed.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', folder, 'package']);
  const packed = join(folder, 'package');
  return { name: manifest.name, folder: packed, manifest: readManifest(packed), tarball };
}
