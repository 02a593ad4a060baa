/**
 * The callback `dashboard`, which loads all other code of this package when a training begins.
 *
 * @packageDocumentation
 */
export { type Dashboard, dashboard } from './dashboard.ts';
export type { DashboardOptions } from './options.ts';
