import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pack } from '../pack.ts';
import type { Manifest } from '../published.ts';

const run = promisify(execFile);

/** Environment of the programs of a project: none of them reports its use to anybody. */
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

/** A project that was created from a template, and installed from tarballs. */
export interface CreatedProject {
  /** Absolute path of its folder. */
  readonly folder: string;
  /**
   * Runs npm in the project.
   *
   * @returns what it printed to stdout
   * @throws Error with the whole output if it fails
   */
  readonly npm: (...args: readonly string[]) => Promise<string>;
}

/**
 * Creates a project as `npm create manabi` does, from the tarball of `create-manabi`, and installs it. Packages of manabi come
 * from their tarballs, all others from npm's cache or the registry.
 *
 * @throws Error if the project does not depend on the versions of the tarballs, or npm fails
 */
export async function createProject(packs: readonly Pack[], template: string, folder: string): Promise<CreatedProject> {
  const creator = packs.find(({ name }) => name === 'create-manabi');
  if (creator === undefined) throw new Error('There is no tarball of create-manabi.');
  const options = ['--yes', '--prefer-offline', `--package=file:${creator.tarball}`];
  await npm(join(folder, '..'), 'exec', ...options, '--', 'create-manabi', folder, '--template', template);
  await useTarballs(packs, join(folder, 'package.json'));
  await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund');
  return { folder, npm: (...args) => npm(folder, ...args) };
}

/** Rewrites a package.json so that npm installs tarballs in place of the packages of the registry. */
async function useTarballs(packs: readonly Pack[], file: string): Promise<void> {
  const manifest: Manifest = JSON.parse(await readFile(file, 'utf8'));
  const dependencies: Record<string, string> = { ...manifest.dependencies };
  const overrides: Record<string, string> = {};
  for (const { name, tarball, manifest } of packs) {
    const range = dependencies[name];
    if (range !== undefined && range !== manifest.version) {
      throw new Error(`The project depends on ${name} at ${range}; expected the exact version ${manifest.version}.`);
    }
    // npm does not accept an override of a direct dependency.
    (range === undefined ? overrides : dependencies)[name] = `file:${tarball}`;
  }
  await writeFile(file, JSON.stringify({ ...manifest, dependencies, overrides }, null, 2));
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    const shell = process.platform === 'win32';
    const { stdout } = await run('npm', args, { cwd, env, shell, maxBuffer: 2 ** 24, timeout: 600_000 });
    return stdout;
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message = String(error),
    } = error instanceof Error ? { ...outputOf(error), message: error.message } : {};
    throw new Error(`npm ${args.join(' ')}: ${message}\n${stdout}\n${stderr}`.trim());
  }
}

/** Returns what a failed program has printed, which `execFile` adds to its error. */
function outputOf(error: object): { readonly stdout?: string; readonly stderr?: string } {
  return error;
}
