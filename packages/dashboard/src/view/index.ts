/**
 * The view of a dashboard, for pages.
 *
 * @packageDocumentation
 */
export type { PageElement } from '../records/page-element.ts';
export { type MountOptions, mountDashboard } from './mount.ts';
