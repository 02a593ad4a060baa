// Creates projects from templates of `npm create manabi`, installs them from tarballs, and runs their scripts and pages:
// `check-templates.ts [TEMPLATE...]`. Without names, `node` and `vite` are checked, which takes 40 seconds of CPU time;
// installing and building Next.js takes minutes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTemplateName, type TemplateName, templateNames } from 'create-manabi';
import { isOffline } from './install-with-npm.ts';
import { withPacks } from './pack.ts';
import { reportProblems } from './report.ts';
import { checks } from './templates/checks.ts';
import { createProject } from './templates/project.ts';

const given = process.argv.slice(2);
const unknown = given.find((name) => !isTemplateName(name));
if (unknown !== undefined) throw new Error(`Unknown template "${unknown}". Known: ${templateNames.join(', ')}.`);
const names: readonly TemplateName[] = given.length > 0 ? given.filter(isTemplateName) : ['node', 'vite'];

await withPacks(async (packs) => {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-templates-'));
  const check = async (name: TemplateName): Promise<readonly string[]> => {
    const started = performance.now();
    try {
      const project = await createProject(packs, name, join(folder, name));
      return (await checks[name](project)).map((problem) => `${name}: ${problem}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!isOffline(message)) return [`${name}: ${message}`];
      console.log(`The template ${name} was skipped, because the npm registry cannot be reached.`);
      return [];
    } finally {
      console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  };
  try {
    const problems = (await Promise.all(names.map(check))).flat();
    reportProblems(
      problems,
      `Projects from the templates ${names.join(', ')} install, build, train and pass their tests.`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
