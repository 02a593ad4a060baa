/**
 * The view of a dashboard, for pages.
 *
 * @packageDocumentation
 */
export { type MountOptions, mountDashboard } from './mount.ts';
