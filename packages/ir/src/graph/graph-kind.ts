import { type Kind, kind } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import type { Graph } from './graph.ts';

/**
 * Validator of `Graph` arguments.
 *
 * @example
 * ```ts
 * import { graphBuilder, graphKind } from '@manabi/ir';
 *
 * console.log(graphKind.accepts(graphBuilder().finish([]))); // true
 * console.log(graphKind.accepts({ nodes: [] })); // false
 * ```
 */
export const graphKind: Kind<Graph> = kind(
  'a graph, such as traceGraph(f).graph or graphBuilder().finish(…)',
  isGraphObject,
);

function isGraphObject(given: unknown): given is Graph {
  if (!isPlainObject(given) || !Number.isInteger(given.inputCount)) return false;
  return (
    Array.isArray(given.nodes) &&
    Array.isArray(given.outputs) &&
    Array.isArray(given.types) &&
    given.types.every(isType)
  );
}

function isType(given: unknown): boolean {
  return isPlainObject(given) && typeof given.dtype === 'string' && Array.isArray(given.shape);
}
