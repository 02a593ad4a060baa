/**
 * The parts of this package that need Node: a server, a listener, and worker threads.
 *
 * @packageDocumentation
 */
export { nodeListener } from './listener.ts';
export { type RunningServer, type ServeOptions, serve } from './serve.ts';
export { type WorkerPoolOptions, workerPool } from './worker-pool.ts';
