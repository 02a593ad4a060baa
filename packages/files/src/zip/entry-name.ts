import { corruptZip } from './zip-errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reports whether a name stays within the folder it is unpacked to, on every system.
 *
 * @example
 * ```ts
 * import { isNameWithin } from '@manabi/files/internal';
 *
 * console.log(isNameWithin('../x')); // false
 * ```
 */
export function isNameWithin(name: string): boolean {
  const parts = name.replace(/\/$/, '').split('/');
  const leavesFolder = parts.some((part) => part === '' || part === '.' || part === '..');
  // Some systems interpret control characters, backslashes and drive letters as other paths.
  const isUnsafe = [...name].some((character) => character < ' ' || character === '\\') || /^[A-Za-z]:/.test(name);
  return !leavesFolder && !isUnsafe;
}

/**
 * Decodes the name of an entry and checks that it stays within the folder it is unpacked to.
 *
 * @throws FileError `corrupt` for names outside the folder, and for names that are not UTF-8
 */
export function checkEntryName(source: string, bytes: Uint8Array<ArrayBuffer>): string {
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch {
    throw corruptZip(source, 'the name of an entry is not UTF-8', { entry: [...bytes] });
  }
  if (isNameWithin(name)) return name;
  throw corruptZip(
    source,
    `the entry name '${name}' is unsafe: it may refer to a file outside the folder of unpacked files`,
    {
      entry: name,
    },
  );
}
