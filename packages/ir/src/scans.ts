/**
 * Passes over loops that only some backends need, apart from the others, so that only these download them.
 *
 * @packageDocumentation
 */
export { moveAroundScans } from './simplify/scan-around.ts';
