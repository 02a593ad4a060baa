import { createCpuBackend } from '@manabi/backend-cpu';
import { didYouMean } from '@manabi/errors/internal';
import { registerBackend, registeredBackends, type SelectBackendOptions, selectBackend, setBackend } from 'manabi';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Name that selects the fastest backend for a model. */
const AUTO = 'auto';

/** Functions that import the packages of the optional backends, by backend name. */
const others: Readonly<Record<string, () => Promise<unknown>>> = {
  webgpu: () => import('@manabi/backend-webgpu/register'),
  onnxruntime: () => import('@manabi/backend-onnxruntime/register'),
};

/** Functions that register a backend which measures steps, by the name of the backend. */
const measured: Readonly<Record<string, (name: string) => Promise<void>>> = {
  cpu: async (name) => registerBackend(name, () => createCpuBackend({ measures: true })),
  webgpu: async (name) => {
    const { createWebGpuBackend } = await import('@manabi/backend-webgpu');
    registerBackend(name, () => createWebGpuBackend({ measures: true }));
  },
  onnxruntime: async (name) => {
    const { createOnnxRuntimeBackend } = await import('@manabi/backend-onnxruntime');
    registerBackend(name, () =>
      createOnnxRuntimeBackend({ measures: true, fallback: createCpuBackend({ measures: true }) }),
    );
  },
};

/**
 * Returns the names of all backends that `--backend` accepts, including those not loaded yet; the default comes first.
 */
export const backendNames = (): readonly string[] =>
  [...new Set([...registeredBackends().filter((name) => !name.endsWith(MEASURED)), ...Object.keys(others)])].sort();

/** End of the names of backends that measure steps. */
const MEASURED = '-measured';

/** Imports the package of a backend, which registers the backend. */
export async function loadBackend(name: string): Promise<void> {
  if (Object.hasOwn(others, name)) await others[name]();
}

/**
 * Selects the backend that runs the command. `auto` is selected later, once the model is known: see `chooseFor`.
 *
 * @param name value of `--backend`; undefined for the default backend
 * @throws UsageError for an unknown backend, with the nearest names; ManabiError `backend` if the backend cannot start
 */
export async function chooseBackend(name: string | undefined): Promise<void> {
  if (name === undefined || name === AUTO) return;
  checkName(name, [...backendNames(), AUTO]);
  await loadBackend(name);
  await setBackend(name);
}

/** If `--backend` is `auto`, selects the fastest backend for a model, and prints which one and why. */
export async function chooseFor(
  name: string | undefined,
  work: Pick<SelectBackendOptions, 'model' | 'batchSize'>,
  { note }: Terminal,
): Promise<void> {
  if (name !== AUTO) return;
  const { name: selected, reason } = await selectBackend(work);
  note(`Backend: ${selected}. ${reason}`);
}

/**
 * Selects a backend that measures the steps of plans.
 *
 * @throws UsageError for an unknown backend; ManabiError `backend` if the backend cannot start
 */
export async function chooseMeasuredBackend(name: string): Promise<void> {
  checkName(name, Object.keys(measured));
  await measured[name](`${name}${MEASURED}`);
  await setBackend(`${name}${MEASURED}`);
}

function checkName(name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new UsageError(`--backend: unknown backend '${name}'. ${didYouMean(name, known)}`);
}
