// Checks that each package's api.md matches its exports; with --update, writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describeApi } from './api/describe-api.ts';
import { publishedPackages, root } from './published.ts';
import { reportProblems } from './report.ts';

const isUpdate = process.argv.includes('--update');
const problems: string[] = [];

for (const published of publishedPackages()) {
  const file = join(published.folder, 'api.md');
  const described = describeApi(published);
  const written = read(file);
  if (written === described) continue;
  if (isUpdate) writeFileSync(file, described);
  else problems.push(...difference(relative(root, file), written, described));
}
if (problems.length > 0)
  problems.push('If the change is intended, run `npm run api` and commit the result with the code.');
reportProblems(
  problems,
  isUpdate ? 'The API reports are up to date.' : 'Every api.md matches the exports of its package.',
);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Returns a message with the first lines in which the api.md file differs from the current report. */
function difference(file: string, written: string, described: string): string[] {
  const [old, fresh] = [new Set(written.split('\n')), new Set(described.split('\n'))];
  const gone = [...old].filter((line) => !fresh.has(line)).map((line) => `- ${line}`);
  const added = [...fresh].filter((line) => !old.has(line)).map((line) => `+ ${line}`);
  const lines = [...gone, ...added];
  const rest = lines.length > 20 ? [`  and ${lines.length - 20} more lines`] : [];
  return [`${file} does not match the exports of the package:`, ...lines.slice(0, 20), ...rest];
}
