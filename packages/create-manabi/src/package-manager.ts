/** Name of a package manager for which the program prints commands. */
type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun' | 'deno';

/** A package manager. */
export interface PackageManager {
  readonly name: ManagerName;
  /** First number of its version; null if unknown. */
  readonly major: number | null;
}

/** What a user runs in a project: the installation, or a script of its package.json. */
export type Task = 'install' | (string & {});

/** For each package manager, the command that runs a script of package.json. */
const runs: Readonly<Record<ManagerName, (script: string) => string>> = {
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
  const [, name = '', major] = /^(\w+)\/(\d+)/.exec(userAgent ?? '') ?? [];
  return isManagerName(name) ? { name, major: Number(major) } : { name: 'npm', major: null };
}

function isManagerName(name: string): name is ManagerName {
  return Object.hasOwn(runs, name);
}

/** Returns the command for a task: `npm run dev`, `yarn dev`. */
export function commandFor({ name }: PackageManager, task: Task): string {
  return task === 'install' ? `${name} install` : runs[name](task);
}

/**
 * Returns the settings that a package manager needs in each project.
 *
 * @returns contents of files by their names
 */
export function settingsFor({ name, major }: PackageManager): Readonly<Record<string, string>> {
  if (name === 'pnpm' && (major ?? 0) >= 10) return { 'pnpm-workspace.yaml': pnpmSettings };
  return name === 'yarn' && (major ?? 0) >= 2 ? { '.yarnrc.yml': yarnSettings } : {};
}

const pnpmSettings = `# pnpm asks about every package with an install script. These packages work without theirs.
allowBuilds:
  esbuild: false
  sharp: false
`;

const yarnSettings = `# The tools of this project need a folder of packages; yarn writes none by default.
nodeLinker: node-modules
`;

/** Replaces the commands of npm in a text by those of another package manager. */
export function withCommandsOf(manager: PackageManager, text: string): string {
  return text.replace(/\bnpm (?:run ([\w:-]+)|(install|start|test)\b)/g, (_, script?: string, task?: string) =>
    commandFor(manager, script ?? task ?? 'install'),
  );
}
