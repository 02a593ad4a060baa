import { readArgument, text } from '@manabi/errors';

/** The name under which tables compare: case, underscores and blanks do not count. */
export function normalizedName(name: string): string {
  return name.replace(/[_\s]/g, '').toLowerCase();
}

/** Whether a name says in which package Python registered it: `Custom>Scale`. */
export function hasPackage(name: string): boolean {
  return name.includes('>');
}

/** Returns a name without the package: `Scale` for `Custom>Scale`. */
export function withoutPackage(name: string): string {
  return readArgument('withoutPackage', 'name', name, text).replace(/^.*>/, '');
}
