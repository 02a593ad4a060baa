import { corruptZip } from './zip-errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether a name is that of a file or folder within a folder, on every system: one that leads nowhere else. */
export function isNameWithin(name: string): boolean {
  const parts = name.replace(/\/$/, '').split('/');
  const leadsAway = parts.some((part) => part === '' || part === '.' || part === '..');
  // Control characters, backslashes and drive letters mean other places to some systems.
  const isStrange = [...name].some((character) => character < ' ' || character === '\\') || /^[A-Za-z]:/.test(name);
  return !leadsAway && !isStrange;
}

/**
 * The name of an entry, which must be one that could be unpacked into a folder without leaving it.
 *
 * @throws FileError `corrupt` for names that lead elsewhere, and for those that are no UTF-8
 */
export function checkEntryName(source: string, bytes: Uint8Array<ArrayBuffer>): string {
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch {
    throw corruptZip(source, 'a name in it is not UTF-8', { entry: [...bytes] });
  }
  if (isNameWithin(name)) return name;
  throw corruptZip(source, `'${name}' in it is no name of a file within`, { entry: name });
}
