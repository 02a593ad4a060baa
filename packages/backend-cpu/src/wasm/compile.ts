/** How `compileModule` compiles. */
export interface CompileOptions {
  /**
   * True to have every function optimised before the first call, where the host can be told so (V8 in Node). The flags
   * for that hold for the whole process while the module compiles, so that a module of somebody else that compiles in
   * another thread at that moment is compiled so too; false leaves the engine's own tiers. True unless told.
   */
  readonly eager?: boolean;
}

/** What of Node's `process` is asked here; pages have none of it. */
interface NodeProcess {
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: 'v8'): { setFlagsFromString(flags: string): void };
}

/** Flags that make V8 optimise all of a module at once, each with the flag that sets it back. */
const eagerFlags = [
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
] as const;

/**
 * Compiles a module, synchronously.
 *
 * V8 compiles in tiers and never changes the tier of a running call, so that the first, long calls of a kernel would
 * run several times slower. In Node the optimising tier is asked for by flags, set around this compile alone (a flag
 * that the process was started with is left as it is). In pages there is no such switch: kernels are cut into short
 * calls there.
 */
export function compileModule(bytes: BufferSource, options: CompileOptions = {}): WebAssembly.Module {
  const host: NodeProcess | undefined = Reflect.get(globalThis, 'process');
  // Asked by name at run time, so that bundlers for pages find no Node module to resolve.
  const v8 = (options.eager ?? true) ? host?.getBuiltinModule?.('v8') : undefined;
  if (v8 === undefined) return new WebAssembly.Module(bytes);

  const given = [...(host?.execArgv ?? []), host?.env?.NODE_OPTIONS ?? ''].join(' ').replaceAll('_', '-');
  const flags = eagerFlags.filter(([on, off]) => !given.includes(on) && !given.includes(off));
  for (const [on] of flags) v8.setFlagsFromString(on);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const [, off] of flags) v8.setFlagsFromString(off);
  }
}
