// Holds each package's api.md to what it exports; with --update, writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describeApi } from './api/describe-api.ts';
import { publishedPackages, root } from './published.ts';
import { reportBreaches } from './report.ts';

const isUpdate = process.argv.includes('--update');
const breaches: string[] = [];

for (const published of publishedPackages()) {
  const file = join(published.folder, 'api.md');
  const described = describeApi(published);
  const written = read(file);
  if (written === described) continue;
  if (isUpdate) writeFileSync(file, described);
  else breaches.push(...difference(relative(root, file), written, described));
}
if (breaches.length > 0)
  breaches.push('If the change is meant, `npm run api` writes it down; commit it with the code.');
reportBreaches(breaches, isUpdate ? 'The API reports are up to date.' : 'Every package exports what its api.md says.');

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The first lines that one has and the other has not. */
function difference(file: string, written: string, described: string): string[] {
  const [old, fresh] = [new Set(written.split('\n')), new Set(described.split('\n'))];
  const gone = [...old].filter((line) => !fresh.has(line)).map((line) => `- ${line}`);
  const added = [...fresh].filter((line) => !old.has(line)).map((line) => `+ ${line}`);
  const lines = [...gone, ...added];
  const rest = lines.length > 20 ? [`  and ${lines.length - 20} lines more`] : [];
  return [`${file} does not say what the package exports:`, ...lines.slice(0, 20), ...rest];
}
