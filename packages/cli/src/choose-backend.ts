import { didYouMean } from '@manabi/errors';
import { registeredBackends, setBackend } from 'manabi';
import { UsageError } from './usage-error.ts';

/**
 * Chooses what computes.
 *
 * @param name what `--backend` says; nothing for the default
 * @throws UsageError for a name that is none, with the nearest ones; ManabiError `backend` if it cannot start
 */
export async function chooseBackend(name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const known = registeredBackends();
  if (!known.includes(name)) {
    throw new UsageError(`--backend: there is no backend '${name}' in this command. ${didYouMean(name, known)}`);
  }
  await setBackend(name);
}
