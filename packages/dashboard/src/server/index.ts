/**
 * The server of a dashboard in Node.
 *
 * @packageDocumentation
 */
export { type DashboardServer, type ServeOptions, serveDashboard } from './server.ts';
