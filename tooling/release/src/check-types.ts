import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Layout } from './lay-out.ts';
import type { Pack } from './pack.ts';
import { entryPoints } from './published.ts';

const run = promisify(execFile);

/** The two ways to resolve modules that new projects have. */
const resolutions = [
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
  { module: 'ESNext', moduleResolution: 'Bundler' },
];

/**
 * Has TypeScript read every entry point and every declaration behind it in a project without Node's types: declarations
 * may need nothing that a page's author does not have.
 */
export async function checkTypes(layout: Layout, packs: readonly Pack[]): Promise<readonly string[]> {
  const project = await layout.project(
    'types',
    packs.map(({ name }) => name),
  );
  const entries = packs.flatMap(({ manifest }) => entryPoints(manifest));
  const lines = entries.map((entry, i) => `import * as entry${i} from ${JSON.stringify(entry)};`);
  const uses = `export const all: readonly unknown[] = [${entries.map((_, i) => `entry${i}`).join(', ')}];`;
  await writeFile(join(project, 'all.mts'), [...lines, uses, ''].join('\n'));
  const breaches: string[] = [];
  for (const resolution of resolutions) breaches.push(...(await compile(project, resolution)));
  return breaches;
}

async function compile(project: string, resolution: (typeof resolutions)[number]): Promise<readonly string[]> {
  const options = {
    ...resolution,
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable', 'ESNext.Disposable'],
    types: [],
  };
  const file = join(project, `tsconfig.${resolution.module}.json`);
  await writeFile(file, JSON.stringify({ compilerOptions: options, files: ['all.mts'] }));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const ended = await run(process.execPath, [tsc, '-p', file], { cwd: project }).then(
    () => '',
    (error: { stdout?: string; message: string }) => error.stdout || error.message,
  );
  return ended
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `types, ${resolution.module}: ${line}`);
}
