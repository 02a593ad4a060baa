/**
 * The callback `dashboard`, which loads all other code of this package when a training begins.
 *
 * @packageDocumentation
 */

export type { PageElement } from '../records/page-element.ts';
export { type Dashboard, dashboard } from './dashboard.ts';
export type { DashboardOptions } from './options.ts';
