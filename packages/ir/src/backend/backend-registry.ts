import type { Backend } from './backend.ts';

/** Makes a backend when it is first asked for; called at most once by whoever chooses backends. */
export type BackendFactory = () => Backend | Promise<Backend>;

const factories = new Map<string, BackendFactory>();
const defaults = new Map<string, BackendFactory>();

/**
 * Makes a backend known by its name, so that the front end can choose it without importing it. A backend's `register`
 * module calls this when it is imported; a second registration under a name takes the place of the first.
 *
 * @example `registerBackend('cpu', () => createCpuBackend())`
 */
export function registerBackend(name: string, factory: BackendFactory): void {
  factories.set(name, factory);
}

/**
 * Makes a backend known for programs that register none: it comes after all that `registerBackend` makes known, and one
 * of the same name takes its place.
 *
 * @example `registerDefaultBackend('cpu', () => createCpuBackend())`
 */
export function registerDefaultBackend(name: string, factory: BackendFactory): void {
  defaults.set(name, factory);
}

/** The factory that was registered under a name; undefined if there is none. */
export function backendFactory(name: string): BackendFactory | undefined {
  return factories.get(name) ?? defaults.get(name);
}

/** Names of all registered backends, in the order of their first registration, defaults last. */
export function registeredBackends(): readonly string[] {
  return [...new Set([...factories.keys(), ...defaults.keys()])];
}
