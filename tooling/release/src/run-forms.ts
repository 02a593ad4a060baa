import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, Script } from 'node:vm';
import { build as bundle } from 'esbuild';
import { build as buildWithVite } from 'vite';

const run = promisify(execFile);

/** Text that a program passes to the function `report`, which every form provides. */
export type Report = string;

/** A way in which users run programs: with Node, a test runner or a bundler. */
export type Form = 'Node' | 'CommonJS' | 'Jest' | 'esbuild' | 'Vite' | 'Vite worker';

/**
 * For each form, a function that runs a program in a project. A program is a module that calls `report(text)` once.
 *
 * @param project folder of the project; its `node_modules` are the packages that the program finds
 * @param program text of the program
 * @returns the text that the program passed to `report`
 * @throws Error if the program fails, or if Vite emits further files
 */
export const runForms: { readonly [F in Form]: (project: string, program: string) => Promise<Report> } = {
  Node: async (project, program) => {
    const file = join(project, 'node.mjs');
    await writeFile(file, `const report = (text) => console.log(text);\n${program}`);
    return await runNode(project, file);
  },
  CommonJS: async (project, program) => {
    const file = join(project, 'common.cjs');
    await writeFile(file, `const report = (text) => console.log(text);\n${required(program)}`);
    return await runNode(project, file);
  },
  Jest: async (project, program) => {
    const report = 'const report = (text) => writeFileSync("reported.txt", text);';
    const [imports, main] = split(program);
    const test = [
      "import { writeFileSync } from 'node:fs';",
      ...imports,
      // When a test ends, Jest stops the code of the modules that the test imports, so the test has to wait for the
      // program.
      `${report}\ntest('runs', async () => {\n${main.replace(/^main\(\);$/m, 'await main();')}\n}, 60_000);`,
    ];
    await writeFile(join(project, 'program.test.mjs'), test.join('\n'));
    await writeFile(join(project, 'jest.config.json'), JSON.stringify({ transform: {}, testMatch: ['**/*.test.mjs'] }));
    const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
    const given = ['--experimental-vm-modules', jest, '--rootDir', project, '-c', join(project, 'jest.config.json')];
    await run(process.execPath, given, { cwd: project });
    return await readFile(join(project, 'reported.txt'), 'utf8');
  },
  esbuild: async (project, program) => {
    const file = join(project, 'page.mjs');
    await writeFile(file, program);
    const { outputFiles } = await bundle({
      entryPoints: [file],
      bundle: true,
      minify: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      write: false,
      outdir: project,
      logLevel: 'silent',
    });
    return await runAsPage(outputFiles[0].text);
  },
  Vite: async (project, program) => {
    const file = join(project, 'vite.mjs');
    await writeFile(file, `const report = (text) => console.log(text);\n${program}`);
    await buildWithVite({
      root: project,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: join(project, 'built'),
        target: 'es2022',
        modulePreload: false,
        reportCompressedSize: false,
        rollupOptions: {
          input: file,
          output: { entryFileNames: 'vite-built.mjs', chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    });
    const built = join(project, 'built');
    const emitted = (await readdir(built, { recursive: true })).filter((name) => !name.endsWith('.mjs'));
    if (emitted.length > 0) throw new Error(`Vite emitted unexpected files: ${emitted.join(', ')}`);
    return await runNode(project, join(built, 'vite-built.mjs'));
  },
  'Vite worker': async (project, program) => {
    await writeFile(join(project, 'worker.mjs'), program);
    const script = "new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });";
    const assets = await builtPage(project, script);
    const workers = assets.filter((name) => name.startsWith('worker-') && name.endsWith('.js'));
    if (workers.length !== 1) throw new Error(`Vite emitted ${assets.join(', ')}. Expected one script for the worker.`);
    return await runAsPage(await readFile(join(project, 'page', 'assets', workers[0]), 'utf8'));
  },
};

/** Builds a page with Vite's defaults, and returns the files that it emits. */
async function builtPage(project: string, script: string): Promise<readonly string[]> {
  await writeFile(join(project, 'index.html'), '<!doctype html><script type="module" src="/page.mjs"></script>');
  await writeFile(join(project, 'page.mjs'), script);
  await buildWithVite({ root: project, configFile: false, logLevel: 'error', build: { outDir: 'page' } });
  return await readdir(join(project, 'page', 'assets'));
}

/** Splits the text of a program into its import statements and the rest. */
function split(program: string): readonly [imports: readonly string[], main: string] {
  const lines = program.split('\n');
  const isImport = (line: string): boolean => line.startsWith('import ');
  return [lines.filter(isImport), lines.filter((line) => !isImport(line)).join('\n')];
}

/** Returns the text of a program with `require` in place of `import`. */
function required(program: string): string {
  return program
    .replace(/^import (\{[^}]*\}) from ('[^']+');$/gm, 'const $1 = require($2);')
    .replace(/^import ('[^']+');$/gm, 'require($1);');
}

async function runNode(project: string, file: string): Promise<Report> {
  const { stdout } = await run(process.execPath, [file], { cwd: project });
  return stdout.trim();
}

/** Runs a script with the globals of a page and without those of Node. */
function runAsPage(text: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const page = createContext({
      report: resolve,
      fail: reject,
      console,
      WebAssembly,
      TextEncoder,
      TextDecoder,
      URL,
      Blob,
      AbortController,
      AbortSignal,
      MessageChannel,
      DecompressionStream,
      CompressionStream,
      ReadableStream,
      Response,
      fetch,
      crypto,
      performance,
      queueMicrotask,
      setTimeout,
      clearTimeout,
      structuredClone,
    });
    new Script(text).runInContext(page);
    setTimeout(() => reject(new Error('The program did not report within a minute.')), 60_000).unref();
  });
}
