// Every package, and programs of several, in projects that have installed their tarballs and nothing else: run by Node,
// bundled by esbuild and run with what pages have, built by Vite, read by TypeScript.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTypes } from './check-types.ts';
import { installWithNpm } from './install-with-npm.ts';
import { layOut } from './lay-out.ts';
import { withPacks } from './pack.ts';
import { importsAll, type Program, programs } from './programs.ts';
import { reportBreaches } from './report.ts';
import { runForms } from './run-forms.ts';

await withPacks(async (packs) => {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-installs-'));
  try {
    const layout = await layOut(packs, folder);

    const tryProgram = async (program: Program): Promise<string[]> => {
      const project = await layout.project(program.name, program.installs);
      const breaches: string[] = [];
      for (const form of program.forms) {
        const found = await runForms[form](project, program.text).catch((error: Error) => error.message);
        if (!program.expected.test(found)) breaches.push(`${program.name}, ${form}: ${found}`);
      }
      return breaches;
    };

    const all = [...packs.map(({ manifest }) => importsAll(manifest)), ...programs];
    const breaches: string[] = [];
    // Two at a time: most of the work is done by other processes.
    const waiting = all.values();
    const takeTurns = async () => {
      for (const program of waiting) breaches.push(...(await tryProgram(program)));
    };
    await Promise.all([takeTurns(), takeTurns()]);
    breaches.push(...(await checkTypes(layout, packs)));
    breaches.push(...(await installWithNpm(packs, join(folder, 'npm'))));
    reportBreaches(breaches, `${all.length} projects run what they install.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
