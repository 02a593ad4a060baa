import { didYouMean } from '@manabi/errors/internal';
import { registeredBackends, setBackend } from 'manabi';
import { UsageError } from './usage-error.ts';

/** Functions that import the packages of the optional backends, by backend name. */
const others: Readonly<Record<string, () => Promise<unknown>>> = {
  webgpu: () => import('@manabi/backend-webgpu/register'),
};

/**
 * Returns the names of all backends that `--backend` accepts, including those not loaded yet; the default comes first.
 */
export const backendNames = (): readonly string[] =>
  [...new Set([...registeredBackends(), ...Object.keys(others)])].sort();

/** Imports the package of a backend, which registers the backend. */
export async function loadBackend(name: string): Promise<void> {
  if (Object.hasOwn(others, name)) await others[name]();
}

/**
 * Loads a backend and selects it for the command.
 *
 * @param name value of `--backend`; undefined for the default backend
 * @throws UsageError for an unknown backend, with the nearest names; ManabiError `backend` if the backend cannot start
 */
export async function chooseBackend(name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const known = backendNames();
  if (!known.includes(name)) {
    throw new UsageError(`--backend: unknown backend '${name}'. ${didYouMean(name, known)}`);
  }
  await loadBackend(name);
  await setBackend(name);
}
