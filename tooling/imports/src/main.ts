// Checks that imports run down the floors, and in no circles: `npm run imports`. Prints every breach; exits with 1 when there is one.
import { fileURLToPath } from 'node:url';
import { checkArrows } from './arrows.ts';
import { checkCircles } from './circles.ts';
import { table } from './table.ts';
import { readManifest, readWorkspace } from './workspace.ts';

/** Checks a repository and prints what was found; true when every import is allowed. */
function importsHold(root: string): boolean {
  const packages = readWorkspace(root);
  const forTests = new Set(Object.keys(readManifest(root).devDependencies ?? {}));
  const breaches = [...checkArrows(packages, { table, forTests }), ...checkCircles(packages)];
  for (const { where, message } of breaches) console.error(`${where}\n  ${message}\n`);
  const files = packages.reduce((count, each) => count + each.files.length, 0);
  if (breaches.length === 0) console.log(`Imports hold: ${packages.length} packages, ${files} files.`);
  return breaches.length === 0;
}

try {
  process.exitCode = importsHold(fileURLToPath(new URL('../../..', import.meta.url))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
