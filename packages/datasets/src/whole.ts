/**
 * Contains the code that this package otherwise loads on first use. `manabi/whole` imports it for bundles that must be one
 * file, such as workers built by Vite's default settings.
 *
 * @example
 * ```ts
 * import 'manabi/whole';
 * ```
 * @packageDocumentation
 */
export * as photoThreads from './photos/photo-threads.ts';
