import { didYouMean, formatGiven } from '@manabi/errors/internal';
import {
  type Backend,
  type BackendFactory,
  backendFactory,
  type Capabilities,
  checkNotLost,
  ManabiError,
  registeredBackends,
} from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { type MaybeStarting, noteStarted } from './backend-queues.ts';

let selected: string | null = null;
const made = new Map<BackendFactory, MaybeStarting>();
let hasAsynchronous = false;

/**
 * Selects the backend that new tensors use. Existing tensors stay on their backends. By default, new tensors use the
 * backend that was registered first. If the selected backend was lost, it is started again.
 *
 * @param name name under which the backend is registered, such as `cpu` or `webgpu`
 * @throws ManabiError `backend` if no backend of that name is registered or it fails to start; the selection is then
 * unchanged
 * @example
 * ```ts
 * import { getBackend, setBackend } from 'manabi';
 *
 * await setBackend('cpu');
 * console.log(getBackend()); // cpu
 * ```
 */
export async function setBackend(name: string): Promise<void> {
  await backendNamed('setBackend', name);
  selected = name;
}

/**
 * Returns the name of the backend that new tensors use.
 *
 * @throws ManabiError `backend` if no backend is registered
 * @example
 * ```ts
 * import { getBackend } from 'manabi';
 *
 * console.log(getBackend()); // cpu
 * ```
 */
export function getBackend(): string {
  const name = selected ?? registeredBackends().at(0);
  if (name !== undefined) return name;
  throw new ManabiError('backend', "No backend is registered. Import one: import '@manabi/backend-cpu/register'.", {
    op: 'getBackend',
    data: { registered: [] },
  });
}

/** Returns the backend that new tensors use. Creates it in the first call. */
export function currentBackend(): MaybeStarting {
  return backendNamed('getBackend', getBackend());
}

/** Returns the backend that new tensors use if it has started and is synchronous, otherwise null. */
export function synchronousBackend(): Backend | null {
  const name = selected ?? registeredBackends().at(0);
  if (name === undefined) return null;
  const backend = backendNamed('realize', name);
  return isSynchronous(backend) ? backend : null;
}

/** Whether all backends that were created are synchronous and have started. */
export function runsSynchronously(): boolean {
  return !hasAsynchronous;
}

export function isSynchronous(backend: MaybeStarting): backend is Backend {
  return !(backend instanceof Promise) && backend.synchronous === true;
}

/** Names of the backends in manabi's packages, which error messages suggest. */
const knownBackends: readonly string[] = ['cpu', 'webgpu', 'onnxruntime'];

/** Returns the backend with the given name. Creates it in the first call, and again if it was lost. */
export function backendNamed(op: string, name: string): MaybeStarting {
  const factory = backendFactory(name);
  if (factory === undefined) {
    const registered = registeredBackends();
    // In plain JavaScript, `name` may be something other than a string.
    const label: string = typeof name === 'string' ? name : formatGiven(name);
    const state = registered.length === 0 ? 'no backend is' : `registered: ${registered.join(', ')}`;
    // Backends of other packages are unknown here, so a name that resembles no known one may be correct.
    const advice = knownBackends.includes(label)
      ? `Import it first: import '@manabi/backend-${label}/register'.`
      : `${didYouMean(label, new Set([...registered, ...knownBackends]))} Import the package of a backend that is not registered.`;
    throw new ManabiError('backend', `The backend ${formatGiven(name)} is not registered; ${state}. ${advice}`, {
      op,
      data: { name: label, registered },
    });
  }
  const known = made.get(factory);
  if (known !== undefined && !isLost(known)) return known;
  const backend = factory();
  keep(factory, backend);
  if (backend instanceof Promise) {
    backend.then(
      (ready) => {
        noteStarted(backend, ready);
        keep(factory, ready);
      },
      () => made.delete(factory),
    );
  }
  return backend;
}

function keep(factory: BackendFactory, backend: MaybeStarting): void {
  made.set(factory, backend);
  hasAsynchronous = ![...made.values()].every(isSynchronous);
}

/** Whether a backend was lost, as a GPU device may be. False for a backend that is still starting. */
export function isLost(backend: MaybeStarting): boolean {
  return !(backend instanceof Promise) && (backend.loss ?? null) !== null;
}

/**
 * Returns the capabilities of all registered backends except the given one, for error messages. Backends that have not
 * started are assumed to support everything.
 */
export function otherBackends({ name }: Backend): readonly Capabilities[] {
  return registeredBackends().flatMap((other): readonly Capabilities[] => {
    const factory = backendFactory(other);
    const backend = factory && made.get(factory);
    if (other === name || (backend !== undefined && isLost(backend))) return [];
    return [backend === undefined || backend instanceof Promise ? { name: other } : backend];
  });
}

/**
 * Returns the backend on which the given values are stored, or null if no value is stored on a backend.
 *
 * @throws ManabiError `backend` if the values are on different backends or on a lost one
 */
export function backendOf(values: readonly LazyValue[], op: string): Backend | null {
  let backend: Backend | null = null;
  for (const { origin } of values) {
    if (origin.kind !== 'stored' || origin.buffer === null) continue;
    const other = origin.buffer.backend;
    if (other === backend) continue;
    checkNotLost(other, op);
    if (backend !== null) throw mixedError(op, backend, other);
    backend = other;
  }
  return backend;
}

/** Creates the error for a computation that combines tensors of two backends. */
function mixedError(op: string, one: Backend, other: Backend): ManabiError {
  return new ManabiError(
    'backend',
    `Cannot combine tensors of the backends ${one.name} and ${other.name}. Move one of them first: ` +
      `await tensor.to('${one.name}').`,
    { op, data: { backends: [one.name, other.name] } },
  );
}
