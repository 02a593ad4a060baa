import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Layout } from './lay-out.ts';
import type { Pack } from './pack.ts';
import { entryPoints, needsNode } from './published.ts';

const run = promisify(execFile);

/** A version of TypeScript, and the module resolutions to test it with. */
interface Compiler {
  readonly module: string;
  readonly resolutions: readonly Resolution[];
}

interface Resolution {
  readonly module: string;
  readonly moduleResolution: string;
}

const node16 = { module: 'Node16', moduleResolution: 'Node16' };
const nodeNext = { module: 'NodeNext', moduleResolution: 'NodeNext' };
const bundler = { module: 'ESNext', moduleResolution: 'Bundler' };
const node10 = { module: 'ESNext', moduleResolution: 'Node10' };

/** Tested versions of TypeScript: the oldest supported one, versions with relevant changes, and the newest. */
const compilers: readonly Compiler[] = [
  { module: 'typescript-5.4', resolutions: [node16, nodeNext, bundler, node10] },
  { module: 'typescript-5.9', resolutions: [nodeNext, bundler, node10] },
  { module: 'typescript-6.0', resolutions: [nodeNext, bundler] },
  { module: 'typescript', resolutions: [node16, nodeNext, bundler] },
];

/** Type libraries that test programs are checked with: those of a page (`dom`), or only those of Node. */
const surroundings: readonly { readonly lib: readonly string[]; readonly types: readonly string[] }[] = [
  { lib: ['ES2022', 'DOM'], types: [] },
  { lib: ['ES2022'], types: ['node'] },
];

/** A program with deliberate type errors. If the declarations were not found, all types would be `any`, without errors. */
const uses = `
import { layers, saveModelBytes, sequential, type Tensor, tensor } from 'manabi';

export async function use(): Promise<readonly [number, Uint8Array]> {
  const x: Tensor = tensor([[1, 2]]);
  const model = sequential([layers.dense({ units: 3, activation: 'relu', inputShape: [2] })]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const { history } = await model.fit(x, x, { epochs: 1 });
  const bytes = await saveModelBytes(model);
  const blob = new Blob([bytes]);
  // @ts-expect-error bytes are not a string
  const text: string = bytes;
  // @ts-expect-error bytes are not a tensor
  const other: string = x;
  // @ts-expect-error units must be a number
  layers.dense({ units: 'three' });
  x[Symbol.dispose]();
  return [history.loss[0] + blob.size + text.length + other.length, bytes];
}
`;

/**
 * Checks the types of every entry point with several versions of TypeScript, in projects with only the type libraries
 * that the README requires.
 */
export async function checkTypes(layout: Layout, packs: readonly Pack[]): Promise<readonly string[]> {
  const project = await layout.project('types', [...packs.map(({ name }) => name), '@types/node']);
  const entries = packs.flatMap(({ manifest }) => entryPoints(manifest));
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await writeFile(join(project, NODE_FILE), programOf(entries));
  await writeFile(join(project, PAGE_FILE), programOf(entries.filter((entry) => !needsNode(entry))));
  const problems: string[] = [];
  for (const { module, resolutions } of compilers) {
    for (const [i, resolution] of resolutions.entries()) {
      // Module resolution does not depend on the type libraries, so only the first module resolution is tested with all
      // type libraries.
      for (const around of i === 0 ? surroundings : surroundings.slice(0, 1)) {
        problems.push(...(await compile(project, module, { ...resolution, ...around })));
      }
    }
  }
  return problems;
}

/** Program with all entry points, and program with those that a page may use. */
const NODE_FILE = 'node.ts';
const PAGE_FILE = 'page.ts';

function programOf(entries: readonly string[]): string {
  const lines = entries.map((entry, i) => `import * as entry${i} from ${JSON.stringify(entry)};`);
  const all = `export const all: readonly unknown[] = [${entries.map((_, i) => `entry${i}`).join(', ')}];`;
  return [...lines, all, uses].join('\n');
}

async function compile(
  project: string,
  compiler: string,
  settings: Resolution & (typeof surroundings)[number],
): Promise<readonly string[]> {
  // Checks the declarations of manabi, but not those that TypeScript includes.
  const checks = { strict: true, skipLibCheck: false, skipDefaultLibCheck: true };
  const options = { ...settings, ...checks, noEmit: true, target: 'ES2022' };
  const file = join(project, 'tsconfig.json');
  await writeFile(
    file,
    JSON.stringify({ compilerOptions: options, files: [settings.types.includes('node') ? NODE_FILE : PAGE_FILE] }),
  );
  const tsc = join(dirname(createRequire(import.meta.url).resolve(`${compiler}/package.json`)), 'bin', 'tsc');
  const ended = await run(process.execPath, [tsc, '-p', file], { cwd: project }).then(
    () => '',
    (error: { stdout?: string; message: string }) => error.stdout || error.message,
  );
  return ended
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `types, ${compiler}, ${settings.moduleResolution}, ${settings.types[0] ?? 'page'}: ${line}`);
}
