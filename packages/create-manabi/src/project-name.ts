import { basename, sep } from 'node:path';

/** Folder of a project whose user named none. */
export const defaultFolder = 'manabi-app';

/** Characters that Windows, `PATH` or bundlers do not support in the name of a folder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among those that it rejects
const unsupported = /[<>:"|?*#%\u0000-\u001f\u007f]/;

/** Names of devices, which Windows does not allow as names of folders. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Checks the name of a project's folder.
 *
 * @param folder absolute path of the folder
 * @returns the problem and its fix, or undefined if the name is valid
 */
export function folderProblem(folder: string): string | undefined {
  const name = basename(folder);
  const quoted = JSON.stringify(name);
  if (name === '') return 'A project cannot be the root of a file system. Pass the name of a folder.';
  const [character] = unsupported.exec(name) ?? [];
  if (character !== undefined) {
    return `The folder name ${quoted} contains ${JSON.stringify(character)}, which some tools do not support. Use letters, digits, hyphens and underscores.`;
  }
  if (devices.test(name) || /[. ]$/.test(name))
    return `Windows does not allow the folder name ${quoted}. Use another name.`;
  if (folder.split(sep).includes('node_modules')) {
    return `The folder ${JSON.stringify(folder)} is in node_modules, which tools do not search for programs. Use another folder.`;
  }
  return name.length > 214
    ? `The folder name has ${name.length} characters; the limit is 214. Use a shorter name.`
    : undefined;
}

/**
 * Returns the name of a project's package: that of its folder, with the characters that npm allows.
 *
 * @param folder absolute path of the folder
 * @param dependencies packages that the project depends on; a package cannot have the name of one of them
 */
export function packageNameOf(folder: string, dependencies: readonly string[]): string {
  const name = basename(folder)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (name === '') return defaultFolder;
  return dependencies.includes(name) || name === 'favicon.ico' ? `${name}-app` : name;
}
