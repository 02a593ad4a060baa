/** The members of Node's `process` that are used here. In pages, they are undefined. */
interface NodeProcess {
  readonly versions?: { readonly node: string };
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: 'v8'): { setFlagsFromString(flags: string): void };
}

/** A flag of V8 that is set for a moment, and the flag that restores the default. */
export type V8Flag = readonly [on: string, off: string];

const host: NodeProcess | undefined = Reflect.get(globalThis, 'process');

/** Major version of Node; 0 in pages. */
export const nodeVersion = Number.parseInt(host?.versions?.node ?? '0', 10);

/**
 * Calls a function while flags of V8 are set, which affect the whole process. Flags that the user passed to the process are not
 * changed. Outside of Node, the function runs without flags.
 */
export function withV8Flags<T>(wanted: readonly V8Flag[], run: () => T): T {
  // The module is loaded by name at run time, because bundlers for pages would fail to resolve a module of Node.
  const v8 = host?.getBuiltinModule?.('v8');
  if (v8 === undefined || wanted.length === 0) return run();
  const given = [...(host?.execArgv ?? []), host?.env?.NODE_OPTIONS ?? ''].join(' ').replaceAll('_', '-');
  const flags = wanted.filter(([on, off]) => !given.includes(on) && !given.includes(off));
  for (const [on] of flags) v8.setFlagsFromString(on);
  try {
    return run();
  } finally {
    for (const [, off] of flags) v8.setFlagsFromString(off);
  }
}

/** The flag with which V8 in Node 20 to 23 accepts 64-bit addresses; later versions need none. */
export const wideFlags: readonly V8Flag[] =
  nodeVersion >= 20 && nodeVersion < 24 ? [['--experimental-wasm-memory64', '--no-experimental-wasm-memory64']] : [];
