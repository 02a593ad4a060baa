// Writes the API reference of the built packages: `node tooling/run/start.mjs tooling/release/src/reference/main.ts <folder>`.
// The folder is emptied first. `sidebar.json` in it lists the pages.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readApi } from '../api/read-api.ts';
import { publishedPackages } from '../published.ts';
import { referenceOf } from './pages.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Pass the folder for the pages.');
const { pages, sidebar } = referenceOf(readApi(publishedPackages()));
rmSync(folder, { recursive: true, force: true });
for (const { path, markdown } of pages) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), markdown);
}
writeFileSync(join(folder, 'sidebar.json'), JSON.stringify(sidebar));
console.log(`${pages.length} pages`);
