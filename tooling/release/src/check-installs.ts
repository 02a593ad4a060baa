// Installs tarballs into empty projects, and runs programs that use one or several packages there: in Node, bundled by
// esbuild with the globals of a page, and built by Vite. TypeScript checks the types of the packages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTypes } from './check-types.ts';
import { installWithNpm } from './install-with-npm.ts';
import { layOut } from './lay-out.ts';
import { withPacks } from './pack.ts';
import { importsAll, type Program, programs } from './programs.ts';
import { reportProblems } from './report.ts';
import { runForms } from './run-forms.ts';

await withPacks(async (packs) => {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-installs-'));
  try {
    const layout = await layOut(packs, folder);

    const tryProgram = async (program: Program): Promise<string[]> => {
      const project = await layout.project(program.name, program.installs);
      const problems: string[] = [];
      for (const form of program.forms) {
        const found = await runForms[form](project, program.text).catch((error: Error) => error.message);
        if (!program.expected.test(found)) problems.push(`${program.name}, ${form}: ${found}`);
      }
      return problems;
    };

    const all = [...packs.flatMap(({ manifest }) => importsAll(manifest)), ...programs];
    const problems: string[] = [];
    // Bundlers keep this process busy while compilers, npm and the programs run in other processes.
    const pending = all.values();
    const runPrograms = async () => {
      for (const program of pending) problems.push(...(await tryProgram(program)));
    };
    const readTypes = async () => {
      problems.push(...(await checkTypes(layout, packs)));
      problems.push(...(await installWithNpm(packs, join(folder, 'npm'))));
    };
    await Promise.all([runPrograms(), runPrograms(), readTypes()]);
    reportProblems(problems, `The packages work in ${all.length} projects that install them.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
