import { nodeVersion, type V8Flag, wideFlags, withV8Flags } from './v8-flags.ts';

/** Options of `compileModule`. */
export interface CompileOptions {
  /**
   * Whether to optimize every function before the first call, which only V8 in Node supports. This sets flags of the whole
   * process while the module compiles, which affect modules compiled by other threads at that moment. Default: true.
   */
  readonly eager?: boolean;
}

/** Flags of V8 that optimize a module while it compiles. */
const eagerFlags: readonly V8Flag[] = [
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
];

/** Flags with which V8 compiles modules that use relaxed SIMD, which Node 20 needs, or 64-bit addresses. */
const featureFlags: readonly V8Flag[] = [
  ...(nodeVersion === 20 ? [['--experimental-wasm-relaxed-simd', '--no-experimental-wasm-relaxed-simd'] as const] : []),
  ...wideFlags,
];

/**
 * Compiles a module synchronously.
 *
 * V8 compiles in tiers and does not replace the code of a running call, so the first long calls of a kernel would be
 * several times slower. In Node, flags of V8 therefore select the optimizing tier during this compilation. Pages have no such
 * flags.
 */
export function compileModule(bytes: BufferSource, options: CompileOptions = {}): WebAssembly.Module {
  const flags = [...((options.eager ?? true) ? eagerFlags : []), ...featureFlags];
  return withV8Flags(flags, () => new WebAssembly.Module(bytes));
}
