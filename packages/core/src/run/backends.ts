import { formatGiven } from '@manabi/errors';
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

let chosen: string | null = null;
const made = new Map<BackendFactory, MaybeStarting>();
let hasAsynchronous = false;

/**
 * Chooses the backend of new tensors; tensors that are on another one stay there. Without a choice, the backend that was
 * registered first is used. A backend that was lost is started again.
 *
 * @param name as it was registered: `cpu`, `webgpu`, `onnxruntime`
 * @throws ManabiError `backend` if no backend of that name is registered, or it cannot start; the choice stays as it was
 * @example
 * ```ts
 * import '@manabi/backend-cpu/register';
 * await setBackend('cpu');
 * ```
 */
export async function setBackend(name: string): Promise<void> {
  await backendNamed('setBackend', name);
  chosen = name;
}

/**
 * Name of the backend of new tensors.
 *
 * @throws ManabiError `backend` if none is registered
 */
export function getBackend(): string {
  const name = chosen ?? registeredBackends().at(0);
  if (name !== undefined) return name;
  throw new ManabiError(
    'backend',
    "No backend is registered, so nothing can run. Import one: import '@manabi/backend-cpu/register'.",
    { op: 'getBackend', data: { registered: [] } },
  );
}

/** The backend of new tensors, made when it is first needed. */
export function currentBackend(): MaybeStarting {
  return backendNamed('getBackend', getBackend());
}

/** The backend of new tensors, if it is there and runs synchronously; null else. */
export function synchronousBackend(): Backend | null {
  const name = chosen ?? registeredBackends().at(0);
  if (name === undefined) return null;
  const backend = backendNamed('realize', name);
  return isSynchronous(backend) ? backend : null;
}

/** Whether no backend that was made so far is asynchronous, or still starting. */
export function runsSynchronously(): boolean {
  return !hasAsynchronous;
}

export function isSynchronous(backend: MaybeStarting): backend is Backend {
  return !(backend instanceof Promise) && backend.synchronous === true;
}

/** The backend of a name, made when it is first needed, and again after it was lost. */
export function backendNamed(op: string, name: string): MaybeStarting {
  const factory = backendFactory(name);
  if (factory === undefined) {
    const registered = registeredBackends();
    // It may come from plain JavaScript.
    const label: string = typeof name === 'string' ? name : formatGiven(name);
    throw new ManabiError(
      'backend',
      `The backend must be the name of one that is registered; got ${formatGiven(name)}. ${
        registered.length === 0 ? 'None is registered' : `Registered are: ${registered.join(', ')}`
      }. Import another one first: import '@manabi/backend-${/^[\w-]+$/.test(label) ? label : 'cpu'}/register'.`,
      { op, data: { name: label, registered } },
    );
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

/** Whether a backend has started and no longer works. */
export function isLost(backend: MaybeStarting): boolean {
  return !(backend instanceof Promise) && (backend.loss ?? null) !== null;
}

/** All registered backends but one. Those that have not started count as able to run everything. */
export function otherBackends({ name }: Backend): readonly Capabilities[] {
  return registeredBackends().flatMap((other): readonly Capabilities[] => {
    const factory = backendFactory(other);
    const backend = factory && made.get(factory);
    if (other === name || (backend !== undefined && isLost(backend))) return [];
    return [backend === undefined || backend instanceof Promise ? { name: other } : backend];
  });
}

/**
 * The backend that some values are on; null if none is on any.
 *
 * @throws ManabiError `backend` if they are on different ones, or on one that was lost
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

/** The error for tensors of two backends in one computation. */
function mixedError(op: string, one: Backend, other: Backend): ManabiError {
  return new ManabiError(
    'backend',
    `Tensors of two backends meet: ${one.name} and ${other.name}. Nothing is moved behind your back: move one with ` +
      `await tensor.to('${one.name}').`,
    { op, data: { backends: [one.name, other.name] } },
  );
}
