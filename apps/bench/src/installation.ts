import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contestant, npmFolder, pythonCommand, pythonFolder } from './contestants.ts';

/** Tells whether a contestant can be started. */
export function isInstalled({ origin, packages }: Contestant): boolean {
  switch (origin) {
    case 'repository':
      return true;
    case 'npm':
      return packages.every((each) => existsSync(join(npmFolder, 'node_modules', nameOf(each), 'package.json')));
    case 'python':
      return existsSync(pythonCommand) && packages.every((each) => existsSync(markerOf(each)));
  }
}

/**
 * Installs what the contestants lack: npm's packages under a prefix, Python's in a virtual environment, both in the
 * bench's own folder. Nothing of it becomes a dependency of the product. Install scripts do not run: no peer needs
 * one on the CPU.
 *
 * @throws Error when npm, Python or pip fails; what they print is shown as it comes
 */
export async function installPeers(contestants: readonly Contestant[]): Promise<void> {
  const missing = contestants.filter((each) => !isInstalled(each));
  const wanted = (origin: Contestant['origin']) => [
    ...new Set(missing.filter((each) => each.origin === origin).flatMap((each) => each.packages)),
  ];
  const npm = wanted('npm');
  if (npm.length > 0) await installWithNpm(npm);
  const python = wanted('python');
  if (python.length > 0) await installWithPip(python);
}

async function installWithNpm(packages: readonly string[]): Promise<void> {
  mkdirSync(npmFolder, { recursive: true });
  const manifest = join(npmFolder, 'package.json');
  // Without a manifest of its own npm would look for one in the folders above.
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  await execute('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], npmFolder);
}

async function installWithPip(packages: readonly string[]): Promise<void> {
  mkdirSync(pythonFolder, { recursive: true });
  if (!existsSync(pythonCommand)) {
    await execute(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '.'], pythonFolder);
  }
  await execute(pythonCommand, ['-m', 'pip', 'install', ...packages], pythonFolder);
  for (const each of packages) writeFileSync(markerOf(each), '');
}

/** Output goes to standard error: standard output is for rows. */
function execute(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', process.stderr, process.stderr] });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`'${[command, ...args].join(' ')}' ended with ${code}.`));
    });
  });
}

/** `@scope/name@^1.2` and `name>=1.2` without the range. */
function nameOf(requirement: string): string {
  return requirement.replace(/(?<=.)@.*$|[<>=~!].*$/, '');
}

/** Pip finished with a package when its marker stands; a folder of half an installation is none. */
function markerOf(requirement: string): string {
  return join(pythonFolder, `.installed-${nameOf(requirement)}`);
}
