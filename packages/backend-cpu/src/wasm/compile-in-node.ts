/** Options of `compileModule`. */
export interface CompileOptions {
  /**
   * Whether to optimize every function before the first call, which only V8 in Node supports. This sets flags of the whole
   * process while the module compiles, which affect modules compiled by other threads at that moment. Default: true.
   */
  readonly eager?: boolean;
}

/** The members of Node's `process` that are used here. In pages, they are undefined. */
interface NodeProcess {
  readonly versions?: { readonly node: string };
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: 'v8'): { setFlagsFromString(flags: string): void };
}

/** Flags of V8 that optimize a module while it compiles, each with the flag that restores the default. */
const eagerFlags = [
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
] as const;

/** The flag with which V8 in Node 20 compiles modules that use relaxed SIMD; later versions need none. */
const relaxedFlag = ['--experimental-wasm-relaxed-simd', '--no-experimental-wasm-relaxed-simd'] as const;

/**
 * Compiles a module synchronously.
 *
 * V8 compiles in tiers and does not replace the code of a running call, so the first long calls of a kernel would be
 * several times slower. In Node, flags of V8 therefore select the optimizing tier during this compilation. Flags that
 * the user passed to the process are not changed. Pages have no such flags.
 */
export function compileModule(bytes: BufferSource, options: CompileOptions = {}): WebAssembly.Module {
  const host: NodeProcess | undefined = Reflect.get(globalThis, 'process');
  // The module is loaded by name at run time, because bundlers for pages would fail to resolve a module of Node.
  const v8 = host?.getBuiltinModule?.('v8');
  const wanted = [
    ...((options.eager ?? true) ? eagerFlags : []),
    ...(host?.versions?.node.startsWith('20.') ? [relaxedFlag] : []),
  ];
  if (v8 === undefined || wanted.length === 0) return new WebAssembly.Module(bytes);

  const given = [...(host?.execArgv ?? []), host?.env?.NODE_OPTIONS ?? ''].join(' ').replaceAll('_', '-');
  const flags = wanted.filter(([on, off]) => !given.includes(on) && !given.includes(off));
  for (const [on] of flags) v8.setFlagsFromString(on);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const [, off] of flags) v8.setFlagsFromString(off);
  }
}
