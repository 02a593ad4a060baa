/**
 * Imports all modules that are otherwise loaded when a training with a dashboard begins. Only programs that must be bundled
 * into one file need this entry point.
 *
 * @example
 * ```ts
 * import '@manabi/dashboard/whole';
 * ```
 * @packageDocumentation
 */
import { keepInFile } from '@manabi/layers/classes';
import * as runs from './collect/runs.ts';
import * as server from './server/server.ts';
import * as page from './server/static-page.ts';
import * as view from './view/index.ts';

keepInFile(runs, server, page, view);
