// Checks the docstrings of packages: `npm run docstrings -- packages/core`; with --missing, lists public symbols without
// a docstring or an example, and runs no example; with --update, replaces wrong values in examples by the actual ones.
import '@manabi/backend-cpu/register';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages, root } from '../published.ts';
import { gapsOf, locationOf, type WrittenExample, writeExamples } from './collect.ts';
import { type Difference, runExample } from './run-example.ts';
import { typeErrorsOf } from './type-check.ts';

const [options, prefixes] = [
  process.argv.slice(2).filter((word) => word.startsWith('--')),
  process.argv.slice(2).filter((word) => !word.startsWith('--')),
];
const [onlyMissing, updates] = [options.includes('--missing'), options.includes('--update')];
const isChosen = (path: string) =>
  prefixes.length === 0 || prefixes.some((prefix) => path.startsWith(join(root, prefix)));
const packages = publishedPackages().filter(
  ({ folder }) => isChosen(folder) || prefixes.some((prefix) => join(root, prefix).startsWith(`${folder}/`)),
);
const descriptions = { docstring: 'a docstring', example: 'an example', block: 'an example in a block of code' };
let failures = 0;
const fail = (message: string) => {
  failures++;
  console.error(message);
};

for (const gap of packages.flatMap(gapsOf)) {
  if (isChosen(gap.symbol.path)) fail(`${locationOf(gap.symbol)}: ${gap.symbol.name} lacks ${descriptions[gap.lacks]}`);
}
if (!onlyMissing) {
  const written = packages.flatMap(writeExamples).filter(({ example }) => isChosen(example.path));
  for (const error of typeErrorsOf(written)) fail(error);
  for (const each of written) if (each.example.runs) await run(each);
  console.log(`${written.length} examples`);
}
process.exit(failures === 0 ? 0 : 1);

async function run({ example, file, claims }: WrittenExample): Promise<void> {
  try {
    const module: { default: Parameters<typeof runExample>[0] } = await import(file);
    for (const difference of await runExample(module.default, claims)) {
      if (updates) update(example.path, difference);
      else
        fail(
          `${locationOf({ path: example.path, line: difference.claim.line })}: shows ${difference.claim.expected}, is ${difference.actual}`,
        );
    }
  } catch (error) {
    fail(`${locationOf(example)}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
  }
}

/** Replaces the wrong value or error that an example shows by the actual one. */
function update(path: string, { claim, actual }: Difference): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const mark = claim.kind === 'value' ? /\/\/ =>.*$/ : /\/\/ throws .*$/;
  lines[claim.line - 1] = lines[claim.line - 1].replace(mark, () =>
    claim.kind === 'value' ? `// => ${actual}` : `// throws '${actual}'`,
  );
  writeFileSync(path, lines.join('\n'));
}
