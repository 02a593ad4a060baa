import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { benchmarkTables } from './benchmarks/pages.ts';
import { errorTables } from './errors/tables.ts';
import { nameTables } from './names/tables.ts';
import { referencePages } from './reference/index.ts';
import { pages } from './site/folders.ts';
import type { GeneratedFile } from './site/generated-file.ts';

/** The generators of pages. Each owns a folder of `pages/`, which git ignores and every build empties. */
const generators: Readonly<Record<string, () => Promise<readonly GeneratedFile[]>>> = {
  'benchmarks/tables': benchmarkTables,
  'guides/errors': errorTables,
  'guides/names': nameTables,
  reference: referencePages,
};

/** Writes all generated pages; no reference with `MANABI_DOCS_REFERENCE=off`, because a thousand pages take minutes to build. */
export async function generate(): Promise<void> {
  for (const [folder, generator] of Object.entries(generators)) {
    await rm(join(pages, folder), { recursive: true, force: true });
    if (folder === 'reference' && process.env.MANABI_DOCS_REFERENCE === 'off') continue;
    for (const { path, content } of await generator()) {
      if (!path.startsWith(`${folder}/`)) throw new Error(`The generator of ${folder}/ must not write ${path}.`);
      await mkdir(dirname(join(pages, path)), { recursive: true });
      await writeFile(join(pages, path), content);
    }
  }
}
