import type { Backend } from './backend.ts';

/**
 * Function that creates a backend. It is called when the backend is first needed, and again after the backend was lost.
 */
export type BackendFactory = () => Backend | Promise<Backend>;

const factories = new Map<string, BackendFactory>();
const defaults = new Map<string, BackendFactory>();

/**
 * Registers a backend by name, so that `setBackend` can select it without importing it. The `register` module of a backend
 * calls this when it is imported. A second registration with the same name replaces the first.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { registerBackend, registeredBackends } from 'manabi';
 *
 * registerBackend('cpu', () => createCpuBackend());
 * console.log(registeredBackends()); // ['cpu']
 * ```
 */
export function registerBackend(name: string, factory: BackendFactory): void {
  factories.set(name, factory);
}

/**
 * Registers a backend that programs use if they register no other. It is listed after all backends of
 * `registerBackend`. A backend that is registered with the same name by `registerBackend` replaces it.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { registerDefaultBackend, registeredBackends } from 'manabi';
 *
 * registerDefaultBackend('cpu', () => createCpuBackend());
 * console.log(registeredBackends()); // ['cpu']
 * ```
 */
export function registerDefaultBackend(name: string, factory: BackendFactory): void {
  defaults.set(name, factory);
}

/**
 * Returns the factory that is registered with a name, or undefined if the name is unknown.
 *
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { backendFactory } from '@manabi/ir';
 * import { registerBackend } from 'manabi';
 *
 * registerBackend('cpu', createCpuBackend);
 * console.log(backendFactory('cpu') === createCpuBackend); // true
 * console.log(backendFactory('quantum')); // undefined
 * ```
 */
export function backendFactory(name: string): BackendFactory | undefined {
  return factories.get(name) ?? defaults.get(name);
}

/**
 * Returns the names of all registered backends, in the order in which they were first registered; backends of
 * `registerDefaultBackend` come last.
 *
 * @example
 * ```ts
 * import '@manabi/backend-cpu/register';
 * import { registeredBackends } from 'manabi';
 *
 * console.log(registeredBackends()); // ['cpu']
 * ```
 */
export function registeredBackends(): readonly string[] {
  return [...new Set([...factories.keys(), ...defaults.keys()])];
}
