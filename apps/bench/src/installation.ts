import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contestant, npmFolder, type Place, packagesOf, pythonCommand, pythonFolder } from './contestants.ts';

/** Returns whether a contestant is installed, with all that it needs in a place. */
export function isInstalled(contestant: Contestant, place: Place): boolean {
  const packages = packagesOf(contestant, place);
  switch (contestant.origin) {
    case 'repository':
    case 'npm':
      return packages.every((each) => existsSync(join(npmFolder, 'node_modules', nameOfPackage(each), 'package.json')));
    case 'python':
      return existsSync(pythonCommand) && packages.every((each) => existsSync(markerOf(each)));
  }
}

/**
 * Installs the missing packages of contestants below `.peers`: npm packages in a folder, and Python packages in a
 * virtual environment. Install scripts of npm packages do not run, because no peer needs one on the CPU.
 *
 * @throws Error if npm, Python or pip fails; their output appears on standard error
 */
export async function installPeers(contestants: readonly Contestant[], place: Place): Promise<void> {
  const missing = contestants.filter((each) => !isInstalled(each, place));
  const requirementsOf = (isPython: boolean) => [
    ...new Set(
      missing
        .filter(({ origin }) => (origin === 'python') === isPython)
        .flatMap((contestant) => packagesOf(contestant, place)),
    ),
  ];
  const npm = requirementsOf(false);
  if (npm.length > 0) await installWithNpm(npm);
  const python = requirementsOf(true);
  if (python.length > 0) await installWithPip(python);
}

async function installWithNpm(packages: readonly string[]): Promise<void> {
  mkdirSync(npmFolder, { recursive: true });
  const manifest = join(npmFolder, 'package.json');
  // If the folder had no package.json, npm would use one in a parent folder.
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

/** Runs a command; its output goes to standard error, because standard output is reserved for rows. */
function execute(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', process.stderr, process.stderr] });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`'${[command, ...args].join(' ')}' exited with code ${code}.`));
    });
  });
}

/** Removes the version range from a requirement, such as `@scope/name@^1.2` or `name>=1.2`. */
export function nameOfPackage(requirement: string): string {
  return requirement.replace(/(?<=.)@.*$|[<>=~!].*$/, '');
}

/** Returns the path of a file that is created once the installation of a Python package is complete. */
function markerOf(requirement: string): string {
  return join(pythonFolder, `.installed-${nameOfPackage(requirement)}`);
}
