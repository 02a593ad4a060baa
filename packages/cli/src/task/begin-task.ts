import { setRandomSeed } from 'manabi';
import { checkDestination } from '../destination.ts';
import { chooseBackendFor } from '../training-page.ts';
import type { TaskOptions } from './task-options.ts';

/**
 * Does what precedes every task: checks the file to write, selects the backend and sets the seed.
 *
 * @throws as documented at `checkDestination` and `chooseBackendFor`
 */
export async function beginTask(
  options: Pick<TaskOptions, 'out' | 'backend' | 'seed' | 'dashboard' | 'record'>,
): Promise<void> {
  if (options.out !== undefined) await checkDestination('--out', options.out, '.keras');
  await chooseBackendFor(options.backend, options);
  setRandomSeed(options.seed);
}
