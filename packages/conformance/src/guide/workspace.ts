import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NodeProgramResult, runInNode } from '@manabi/testing';
import { applyStep, type Step } from './steps.ts';

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** An error reported by the type checker. */
export interface Diagnostic {
  readonly file: string;
  readonly message: string;
}

/** Result of a Jest run. */
export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  /** Paths of the test files in which at least one test ran. */
  readonly files: readonly string[];
  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * A copy of the sources of all packages in a temporary folder, to be changed and run by a test. Installed dependencies
 * are linked, not copied.
 */
export class Workspace {
  readonly folder: string;
  /** Files of the copy that differ from the repository, by path; true for new files. */
  readonly #changed = new Map<string, boolean>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Creates a workspace. The caller must call `remove`. */
  static async create(): Promise<Workspace> {
    const workspace = new Workspace(await realpath(await mkdtemp(join(tmpdir(), 'manabi-guide-'))));
    try {
      await workspace.#fill();
      return workspace;
    } catch (error) {
      await workspace.remove();
      throw error;
    }
  }

  /**
   * Applies steps in order to the original sources, after undoing earlier changes.
   *
   * @throws Error that names the step whose line is missing or ambiguous
   */
  async apply(steps: readonly Step[]): Promise<void> {
    for (const [file, isNew] of this.#changed) {
      await rm(join(this.folder, file));
      if (!isNew) await cp(join(root, file), join(this.folder, file));
    }
    this.#changed.clear();
    for (const step of steps) {
      const isNew = step.location.kind === 'newFile';
      const path = join(this.folder, step.file);
      if (isNew) await mkdir(dirname(path), { recursive: true });
      await writeFile(path, applyStep(step, isNew ? '' : await readFile(path, 'utf8')));
      this.#changed.set(step.file, isNew);
    }
  }

  /**
   * Runs the type checker like `npm run typecheck` and returns its errors.
   *
   * @param include files and folders to check, along with their imports. Default: all packages
   */
  async typeCheck(include: readonly string[] = ['packages/*/src']): Promise<readonly Diagnostic[]> {
    const config = { extends: join(root, 'tsconfig.json'), include };
    await writeFile(join(this.folder, 'tsconfig.json'), JSON.stringify(config));
    const args = ['-p', this.folder, '--pretty', 'false'];
    const { code, stdout, stderr } = await runInNode(join(root, 'node_modules/typescript/bin/tsc'), { args });
    const found = [...stdout.matchAll(/^(\S.*)\(\d+,\d+\): error (.*)$/gm)];
    if (code !== 0 && found.length === 0)
      throw new Error(`The type checker failed without reporting an error: ${stdout}${stderr}`);
    return found.map(([, file, message]) => ({ file: this.#fileOf(file), message }));
  }

  /** Runs the linter like `npm run lint` on the files changed by the steps. */
  lint(): Promise<NodeProgramResult> {
    const files = [...this.#changed.keys()].map((file) => join(this.folder, file));
    const args = ['check', `--config-path=${root}`, '--vcs-enabled=false', '--colors=off', ...files];
    return runInNode(join(root, 'node_modules/@biomejs/biome/bin/biome'), { args });
  }

  /** Runs a TypeScript file of the workspace. */
  run(file: string): Promise<NodeProgramResult> {
    return runInNode(join(this.folder, file));
  }

  /**
   * Runs Jest like `npm run jest`.
   *
   * @param args path patterns and options
   */
  async test(args: readonly string[]): Promise<TestRun> {
    const file = join(this.folder, 'report.json');
    const { stdout, stderr } = await runInNode(join(root, 'node_modules/jest/bin/jest.js'), {
      args: [
        `--config=${join(this.folder, 'jest.config.mjs')}`,
        '--runInBand',
        `--outputFile=${file}`,
        '--json',
        ...args,
      ],
      flags: ['--experimental-vm-modules', '--no-warnings'],
    });
    const report: JestReport = JSON.parse(await readFile(file, 'utf8'));
    const ran = report.testResults.filter(({ assertionResults }) =>
      assertionResults.some(({ status }) => status === 'passed' || status === 'failed'),
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
      files: ran.map(({ name }) => this.#fileOf(name)),
      output: stdout + stderr,
    };
  }

  /** Removes the folder of the workspace. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Returns a path relative to the workspace, with forward slashes. */
  #fileOf(path: string): string {
    return relative(this.folder, resolve(path)).split(sep).join('/');
  }

  async #fill(): Promise<void> {
    await linkInstalled(root, this.folder);
    for (const name of await readdir(join(root, 'packages'))) {
      const [from, to] = [join(root, 'packages', name), join(this.folder, 'packages', name)];
      await cp(join(from, 'package.json'), join(to, 'package.json'));
      // Without this filter, the test that uses this workspace would run itself.
      await cp(join(from, 'src'), join(to, 'src'), {
        recursive: true,
        filter: (file) => !file.endsWith('contributing.test.ts'),
      });
      await linkInstalled(from, to);
      const manifest: { readonly name: string } = JSON.parse(await readFile(join(to, 'package.json'), 'utf8'));
      await link(to, join(this.folder, 'node_modules', manifest.name));
    }
    const jestConfig = [
      "import base from '@tooling/jest';",
      "export default { ...base, rootDir: '.', roots: ['<rootDir>/packages'], cacheDirectory: '<rootDir>/cache' };",
    ];
    await writeFile(join(this.folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(join(this.folder, 'jest.config.mjs'), jestConfig.join('\n'));
  }
}

/** The parts of Jest's JSON report that are read here. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Links the installed dependencies of one folder into another. Packages of the repository are not linked, because the
 * copies must be used.
 */
async function linkInstalled(from: string, to: string): Promise<void> {
  const names = await readdir(join(from, 'node_modules')).catch(() => []);
  for (const name of names.filter((entry) => !entry.startsWith('.'))) {
    const entries = name.startsWith('@') ? await readdir(join(from, 'node_modules', name)) : [''];
    for (const entry of entries) {
      const target = await realpath(join(from, 'node_modules', name, entry));
      if (!target.startsWith(join(root, 'packages') + sep)) await link(target, join(to, 'node_modules', name, entry));
    }
  }
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, 'junction');
}
