import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PackageManager, settingsFor, withCommandsOf } from './package-manager.ts';
import { packageNameOf } from './project-name.ts';
import type { TemplateName } from './templates.ts';

/** A project to create. */
export interface Project {
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly template: TemplateName;
  readonly manager: PackageManager;
  /** Version of manabi that the project depends on. */
  readonly version: string;
}

/** The fields of a template's package.json that differ between projects. */
interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The folder of all templates, which is beside the sources as well as beside the built program. */
const folder = fileURLToPath(new URL('../templates/', import.meta.url));

/** Returns the files of a project, by path relative to its folder. Paths have the separator of the platform. */
export function projectFiles(project: Project): ReadonlyMap<string, string | Uint8Array> {
  const root = join(folder, project.template);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.split(sep).includes('node_modules') && statSync(join(root, path)).isFile())
    .sort();
  return new Map<string, string | Uint8Array>([
    ...paths.map((path) => [nameInProject(path), contentsOf(join(root, path), path, project)] as const),
    ...Object.entries(settingsFor(project.manager)),
  ]);
}

/** npm does not pack files that are called .gitignore, so templates have another name for them. */
const nameInProject = (path: string): string => (path === '_gitignore' ? '.gitignore' : path);

function contentsOf(file: string, path: string, project: Project): string | Uint8Array {
  if (path === 'package.json') return manifestOf(JSON.parse(readFileSync(file, 'utf8')), project);
  if (path === 'README.md') return withCommandsOf(project.manager, readFileSync(file, 'utf8'));
  return readFileSync(file);
}

/** Returns the package.json of a project: its name, and the exact version of the packages of manabi. */
function manifestOf(template: Manifest, project: Project): string {
  const pinned = (dependencies: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [
        name,
        name === 'manabi' || name.startsWith('@manabi/') ? project.version : range,
      ]),
    );
  const dependencies = pinned(template.dependencies);
  const devDependencies = pinned(template.devDependencies);
  const name = packageNameOf(project.folder, Object.keys({ ...dependencies, ...devDependencies }));
  return `${JSON.stringify({ ...template, name, dependencies, devDependencies }, null, 2)}\n`;
}
