/** A package manager for which the program prints commands. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun' | 'deno';

/** What a user runs in a project: the installation, or a script of its package.json. */
export type Task = 'install' | (string & {});

/** For each package manager, the command that runs a script of package.json. */
const runs: Readonly<Record<PackageManager, (script: string) => string>> = {
  npm: (script) => (script === 'start' || script === 'test' ? `npm ${script}` : `npm run ${script}`),
  pnpm: (script) => `pnpm ${script}`,
  yarn: (script) => `yarn ${script}`,
  // `bun test` runs Bun's own test runner.
  bun: (script) => `bun run ${script}`,
  deno: (script) => `deno task ${script}`,
};

/**
 * Returns the package manager that started this process.
 *
 * @param userAgent `npm_config_user_agent`, which package managers set: `pnpm/10.2.0 npm/? node/v22.13.0 linux x64`
 */
export function packageManagerOf(userAgent: string | undefined): PackageManager {
  const name = userAgent?.split('/')[0] ?? '';
  return isPackageManager(name) ? name : 'npm';
}

function isPackageManager(name: string): name is PackageManager {
  return Object.hasOwn(runs, name);
}

/** Returns the command for a task: `npm run dev`, `yarn dev`. */
export function commandFor(manager: PackageManager, task: Task): string {
  return task === 'install' ? `${manager} install` : runs[manager](task);
}

/** Replaces the commands of npm in a text by those of another package manager. */
export function withCommandsOf(manager: PackageManager, text: string): string {
  return text.replace(/\bnpm (?:run ([\w:-]+)|(install|start|test)\b)/g, (_, script?: string, task?: string) =>
    commandFor(manager, script ?? task ?? 'install'),
  );
}
