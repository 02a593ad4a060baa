/**
 * Loads everything that manabi otherwise loads on first use, for bundles that must be one file, such as workers built by
 * Vite's default settings. Other programs do not need it.
 *
 * @example
 * ```ts
 * import 'manabi/whole';
 * ```
 * @packageDocumentation
 */
import '@manabi/serialization/whole';
