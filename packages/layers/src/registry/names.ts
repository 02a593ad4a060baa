import { readArgument, text } from '@manabi/errors';

/** Returns a name in the form that tables compare: lower case, without underscores and spaces. */
export function normalizedName(name: string): string {
  return name.replace(/[_\s]/g, '').toLowerCase();
}

/** Returns whether a name includes the package of its Python registration, as `Custom>Scale` does. */
export function hasPackage(name: string): boolean {
  return name.includes('>');
}

/**
 * Returns a name without its package.
 *
 * @example
 * ```ts
 * import { withoutPackage } from '@manabi/layers/classes';
 * withoutPackage('Custom>Scale'); // => 'Scale'
 * ```
 */
export function withoutPackage(name: string): string {
  return readArgument('withoutPackage', 'name', name, text).replace(/^.*>/, '');
}
