/**
 * Number of independent chains of multiplications and additions: enough to hide latencies, but few enough to fit into
 * the registers.
 */
const CHAINS = 12;

/** Duration of a measurement in milliseconds: long enough for V8 to optimize the loop. */
const MEASURE_MS = 100;

/** Smallest size of a measured copy in bytes. For a smaller copy, the time of the call would dominate. */
const LEAST_BYTES = 2 ** 14;
const MOST_BYTES = 2 ** 27;

const ITERATIONS = 20_000;

const LANES = 4;

/**
 * Measures the peak rate of float32 arithmetic of one thread of WebAssembly with 128-bit vectors, using only registers.
 * No step of a plan can be faster. The measurement takes a tenth of a second.
 *
 * @returns multiplications and additions per second, in units of 10⁹
 * @example
 * ```ts
 * import { peakGflops } from '@manabi/backend-cpu/limits';
 *
 * const peak = peakGflops();
 * const milliseconds = 2e9 / peak / 1e6; // lower bound for a step of 2e9 operations
 * console.log(milliseconds > 0); // true
 * ```
 */
export function peakGflops(): number {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(chainsModule())).exports;
  if (typeof run !== 'function') throw new Error('The module does not export `run`.');
  return (ITERATIONS * CHAINS * 2 * LANES) / shortestMs(() => run(ITERATIONS)) / 1e6;
}

/**
 * Returns a function that measures the bandwidth of copies that touch a given number of bytes. The size is rounded to a
 * power of 2 from 2^14 to 2^27; the first measurement of a size takes a tenth of a second, and later calls return the same
 * rate.
 *
 * @returns a function from bytes to gigabytes per second, read and written
 * @example
 * ```ts
 * import { copyRates } from '@manabi/backend-cpu/limits';
 *
 * const rate = copyRates();
 * const milliseconds = 2 ** 20 / rate(2 ** 20) / 1e6; // lower bound for a step that touches 1 MiB
 * console.log(milliseconds > 0); // true
 * ```
 */
export function copyRates(): (bytes: number) => number {
  const known = new Map<number, number>();
  return (bytes) => {
    const size = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, 2 ** Math.round(Math.log2(Math.max(1, bytes)))));
    const rate = known.get(size) ?? copyRate(size);
    known.set(size, rate);
    return rate;
  };
}

function copyRate(bytes: number): number {
  const [from, to] = [new Uint8Array(bytes / 2).fill(1), new Uint8Array(bytes / 2)];
  return bytes / shortestMs(() => to.set(from)) / 1e6;
}

function shortestMs(run: () => void): number {
  const end = performance.now() + MEASURE_MS;
  let shortest = Number.POSITIVE_INFINITY;
  for (let begin = performance.now(); begin < end; begin = performance.now()) {
    run();
    shortest = Math.min(shortest, performance.now() - begin);
  }
  return shortest;
}

/** Assembles a module with one function, `run(iterations)`: each iteration computes x = x * 0.5 + 1 in every chain. */
function chainsModule(): Uint8Array<ArrayBuffer> {
  const [get, set, tee] = [0x20, 0x21, 0x22];
  const [mul, add, splat] = [
    [0xfd, 0xe6, 0x01],
    [0xfd, 0xe4, 0x01],
    [0xfd, 0x13],
  ];
  const float = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
  // Locals: the parameter, the factor, the summand, and then one for each chain.
  const [iterations, factor, summand, first] = [0, 1, 2, 3];
  const chains = Array.from({ length: CHAINS }, (_, chain) => first + chain);
  const body = [
    ...[1, CHAINS + 2, 0x7b],
    ...[...float(0.5), ...splat, set, factor, ...float(1), ...splat, set, summand],
    ...[0x03, 0x40],
    ...chains.flatMap((chain) => [get, chain, get, factor, ...mul, get, summand, ...add, set, chain]),
    ...[get, iterations, 0x41, 1, 0x6b, tee, iterations, 0x0d, 0, 0x0b],
    // The function returns the sum of all chains, so the engine cannot remove any chain.
    ...[get, first, ...chains.slice(1).flatMap((chain) => [get, chain, ...add]), 0xfd, 0x1f, 0, 0x0b],
  ];
  const section = (id: number, content: readonly number[]): number[] => [id, ...length(content.length), ...content];
  const name = [...new TextEncoder().encode('run')];
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, name.length, ...name, 0, 0]),
    ...section(10, [1, ...length(body.length), ...body]),
  );
}

/** Encodes a length as unsigned LEB128. */
function length(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...length(value >>> 7)];
}
