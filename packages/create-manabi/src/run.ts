import { relative, resolve } from 'node:path';
import { help } from './help.ts';
import { commandFor, packageManagerOf } from './package-manager.ts';
import { type Project, projectFiles } from './project-files.ts';
import { defaultFolder, folderProblem } from './project-name.ts';
import type { Questions } from './questions.ts';
import { type Arguments, readArguments } from './read-arguments.ts';
import { templateNames, templates } from './templates.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';
import { folderState, writeFolder } from './write-folder.ts';

/** Surroundings of the program. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder to which paths are relative. */
  readonly cwd: string;
  /** Opens the questions; null if stdin or stdout is not a terminal. */
  readonly ask: (() => Promise<Questions>) | null;
}

/** Exit code of a program that the user interrupted: 128 plus the number of SIGINT, as in shells. */
const INTERRUPTED = 130;

/**
 * Creates a project.
 *
 * @param argv arguments after `npm create manabi`
 * @returns exit code: 0 for success, 1 if the project cannot be written, 2 for invalid arguments, 130 if the user
 * cancels a question
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const given = readArguments(argv);
    if (given.show !== null) {
      io.stdout.write(given.show === 'help' ? help : `${version()}\n`);
      return 0;
    }
    const project = await decide(given, io);
    if (project === null) {
      io.stderr.write('Cancelled. Nothing was written.\n');
      return INTERRUPTED;
    }
    writeFolder(project.folder, projectFiles(project));
    io.stdout.write(nextSteps(project, io.cwd));
    return 0;
  } catch (error) {
    io.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? error.exitCode : 1;
  }
}

/** Returns the project to create, after asking for what is missing; null if the user cancels a question. */
async function decide(given: Arguments, io: Io): Promise<Project | null> {
  const questions = given.template === null ? await io.ask?.() : undefined;
  const problemOf = (name: string) => folderProblem(resolve(io.cwd, name));

  const name = given.folder ?? (questions === undefined ? defaultFolder : await questions.folder(problemOf));
  if (name === null) return null;
  const problem = problemOf(name);
  if (problem !== undefined) throw new UsageError(problem);
  const folder = resolve(io.cwd, name);
  const isOccupied = folderState(folder) === 'occupied';

  const template = given.template ?? (await questions?.template());
  if (template === null) return null;
  if (template === undefined) {
    throw new UsageError(`Pass a template, because stdin is not a terminal: --template ${templateNames.join(' | ')}.`);
  }
  if (isOccupied && !given.overwrite) {
    if (questions === undefined) {
      throw new UsageError(
        `${folder} is not empty. Use another folder, or pass --overwrite, which replaces files with the names of new files and keeps all others.`,
        1,
      );
    }
    if ((await questions.overwrite(name)) !== true) return null;
  }
  return { folder, template, manager: packageManagerOf(io.env.npm_config_user_agent), version: version() };
}

/** Returns the text that is printed at the end, with the next commands. */
function nextSteps({ folder, template, manager }: Project, cwd: string): string {
  const path = relative(cwd, folder);
  const commands = [
    ...(path === '' ? [] : [`cd ${/^[\w./\\~-]+$/.test(path) ? path : JSON.stringify(path)}`]),
    commandFor(manager, 'install'),
    commandFor(manager, templates[template].script),
  ];
  return `\nCreated the project in ${folder}. Next:\n\n${commands.map((command) => `  ${command}\n`).join('')}\n`;
}
