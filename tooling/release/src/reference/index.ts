/**
 * The pages of the API reference, which the site of the documentation adds to its own.
 *
 * @packageDocumentation
 */
export { readApi } from '../api/read-api.ts';
export { publishedPackages } from '../published.ts';
export { type Reference, type ReferencePage, referenceOf, type SidebarItem } from './pages.ts';
export type { WriteExample } from './signature-sections.ts';
