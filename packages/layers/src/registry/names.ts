import { readArgument, text } from '@manabi/errors';

/** Returns a name in lower case, without underscores and spaces, for comparison with other names. */
export function normalizedName(name: string): string {
  return name.replace(/[_\s]/g, '').toLowerCase();
}

/** Returns whether a class name includes a Python package, as `Custom>Scale` does. */
export function hasPackage(name: string): boolean {
  return name.includes('>');
}

/**
 * Returns a class name without its Python package: `Scale` for `Custom>Scale`.
 *
 * @example
 * ```ts
 * import { withoutPackage } from '@manabi/layers/classes';
 *
 * console.log(withoutPackage('Custom>Scale')); // Scale
 * ```
 */
export function withoutPackage(name: string): string {
  return readArgument('withoutPackage', 'name', name, text).replace(/^.*>/, '');
}
