/** Whether the WebAssembly engine supports each of these features, which version 1 of WebAssembly lacks. */
export interface WasmFeatures {
  /** 128-bit vectors. */
  readonly simd: boolean;
  /** Vector instructions with machine-dependent results, such as fused multiply-add. */
  readonly relaxedSimd: boolean;
  /** Memory shared between threads. */
  readonly threads: boolean;
}

/** Returns which WebAssembly features this engine supports: it validates a small module for each feature. */
export function wasmFeatures(): WasmFeatures {
  return {
    simd: accepts([VALUE], [], [...splat(0), 0xfd, 0x62]), // i8x16.popcnt
    relaxedSimd: accepts([VALUE], [], [...splat(0), ...splat(1), 0xfd, 0x80, 0x02]), // i8x16.relaxed_swizzle
    threads: typeof SharedArrayBuffer === 'function' && accepts([], [SHARED_MEMORY], FENCE),
  };
}

/** Binary code of the type v128. */
const VALUE = 0x7b;

/** Binary code of a memory section with a shared memory of one page. */
const SHARED_MEMORY = [1, 0x03, 1, 1];

/** Binary code of the instruction atomic.fence. */
const FENCE = [0xfe, 0x03, 0x00];

/** Returns the binary code of i32.const and i8x16.splat. */
const splat = (value: number): readonly number[] => [0x41, value, 0xfd, 0x0f];

/** Returns whether this engine accepts a module with one function of the given type and body. */
function accepts(
  results: readonly number[],
  memories: readonly (readonly number[])[],
  body: readonly number[],
): boolean {
  const section = (id: number, content: readonly number[]): readonly number[] => [id, content.length, ...content];
  return WebAssembly.validate(
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [1, 0x60, 0, results.length, ...results]),
      ...section(3, [1, 0]),
      ...memories.flatMap((memory) => section(5, memory)),
      ...section(10, [1, body.length + 2, 0, ...body, 0x0b]),
    ),
  );
}
