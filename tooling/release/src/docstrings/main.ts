// Checks the docstrings of packages: `npm run docstrings -- packages/core`; with --missing, lists public symbols without
// a docstring or an example, and runs no example; with --update, completes examples that were written in the short form
// (`sum(x); // => 3`, without imports), and replaces wrong values in examples by the actual ones.
import '@manabi/backend-cpu/register';
import { join } from 'node:path';
import { publishedPackages, root } from '../published.ts';
import { completed, gapsOf, locationOf, type WrittenExample, writeExamples } from './collect.ts';
import { type Difference, runExample } from './run-example.ts';
import { typeErrorsOf } from './type-check.ts';
import { type Replacement, replaceExamples } from './update-examples.ts';

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
const replacements: Replacement[] = [];
let failures = 0;
const fail = (message: string) => {
  failures++;
  console.error(message);
};

for (const gap of packages.flatMap(gapsOf)) {
  if (isChosen(gap.symbol.path)) fail(`${locationOf(gap.symbol)}: ${gap.symbol.name} lacks ${gap.detail}`);
}
if (!onlyMissing) {
  const written = packages.flatMap(writeExamples).filter(({ example }) => isChosen(example.path));
  for (const error of typeErrorsOf(written)) fail(error);
  for (const each of written) {
    if (each.example.runs) await run(each);
    else if (updates && !each.isComplete) replacements.push({ example: each.example, code: completed(each, []) });
    if (!updates && !each.isComplete)
      fail(`${locationOf(each.example)}: is incomplete; run this command with --update`);
  }
  replaceExamples(replacements);
  console.log(`${written.length} examples`);
}
process.exit(failures === 0 ? 0 : 1);

async function run(written: WrittenExample): Promise<void> {
  const { example, file, claims, isComplete } = written;
  try {
    const module: { default: Parameters<typeof runExample>[0] } = await import(file);
    const { differences, readings } = await runExample(module.default, claims);
    if (updates) {
      if (differences.length === 0 && isComplete) return;
      const corrected = {
        ...written,
        example: { ...example, code: differences.reduce(withActual(example.line), example.code) },
      };
      replacements.push({ example, code: isComplete ? corrected.example.code : completed(corrected, readings) });
      return;
    }
    for (const { claim, actual } of differences) {
      fail(`${locationOf({ path: example.path, line: claim.line })}: shows ${claim.expected}, is ${actual}`);
    }
  } catch (error) {
    fail(`${locationOf(example)}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
  }
}

/** Replaces the wrong value or error that an example states by the actual one. */
function withActual(firstLine: number): (code: string, difference: Difference) => string {
  return (code, { claim, actual }) => {
    const lines = code.split('\n');
    const [mark, text] = {
      printed: [/\/\/ .*$/, `// ${actual}`] as const,
      value: [/\/\/ =>.*$/, `// => ${actual}`] as const,
      error: [/\/\/ throws .*$/, `// throws '${actual}'`] as const,
    }[claim.kind];
    lines[claim.line - firstLine] = lines[claim.line - firstLine].replace(mark, () => text);
    return lines.join('\n');
  };
}
