/**
 * Compiles a module synchronously. Node loads `compile-in-node.ts` in place of this module; see `imports` in `package.json`.
 */
export function compileModule(bytes: BufferSource, _options?: { readonly eager?: boolean }): WebAssembly.Module {
  return new WebAssembly.Module(bytes);
}
