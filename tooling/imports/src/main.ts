// Checks that packages import only packages of lower floors and that files do not import each other in circles: `npm
// run imports`. Prints every problem, and exits with code 1 if there is one.
import { fileURLToPath } from 'node:url';
import { checkCircles } from './circles.ts';
import { checkDependencies } from './dependencies.ts';
import { table } from './table.ts';
import { readManifest, readWorkspace } from './workspace.ts';

/** Checks a repository and prints the problems. Returns true if every import is allowed. */
function checkImports(root: string): boolean {
  const packages = readWorkspace(root);
  const forTests = new Set(Object.keys(readManifest(root).devDependencies ?? {}));
  const problems = [...checkDependencies(packages, { table, forTests }), ...checkCircles(packages)];
  for (const { where, message } of problems) console.error(`${where}\n  ${message}\n`);
  const files = packages.reduce((count, each) => count + each.files.length, 0);
  if (problems.length === 0) console.log(`No problems in the imports: ${packages.length} packages, ${files} files.`);
  return problems.length === 0;
}

try {
  process.exitCode = checkImports(fileURLToPath(new URL('../../..', import.meta.url))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
