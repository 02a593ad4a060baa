import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, Script } from 'node:vm';
import { build as bundle } from 'esbuild';
import { build as buildWithVite } from 'vite';

const run = promisify(execFile);

/** What a program of a check prints: its last expression to `report`. */
export type Report = string;

/** A way that people run programs. */
export type Form = 'Node' | 'esbuild' | 'Vite';

/**
 * Runs a program in a project in one form. A program is a module that calls `report(text)` once.
 *
 * @param project folder of the project, whose `node_modules` the program sees
 * @param program its text
 * @returns what it reported
 */
export const runForms: { readonly [F in Form]: (project: string, program: string) => Promise<Report> } = {
  Node: async (project, program) => {
    const file = join(project, 'node.mjs');
    await writeFile(file, `const report = (text) => console.log(text);\n${program}`);
    return await runNode(project, file);
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
    return await runNode(project, join(project, 'built', 'vite-built.mjs'));
  },
};

async function runNode(project: string, file: string): Promise<Report> {
  const { stdout } = await run(process.execPath, [file], { cwd: project });
  return stdout.trim();
}

/** Runs a script with what pages have and nothing of Node's. */
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
