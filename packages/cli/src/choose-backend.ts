import { didYouMean } from '@manabi/errors';
import { registeredBackends, setBackend } from 'manabi';
import { UsageError } from './usage-error.ts';

/**
 * Selects the backend that runs the command.
 *
 * @param name value of `--backend`; undefined for the default backend
 * @throws UsageError for an unknown backend, with the nearest names; ManabiError `backend` if the backend cannot start
 */
export async function chooseBackend(name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const known = registeredBackends();
  if (!known.includes(name)) {
    throw new UsageError(`--backend: unknown backend '${name}'. ${didYouMean(name, known)}`);
  }
  await setBackend(name);
}
