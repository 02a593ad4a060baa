/** Chains of dependent multiplications and additions: enough to hide how long each takes, few enough for registers. */
const CHAINS = 12;

/** Long enough that V8 has compiled the loop a second time, with optimisation. */
const MEASURE_MS = 100;

/** What is copied at least: less would measure the call. */
const LEAST_BYTES = 2 ** 14;
const MOST_BYTES = 2 ** 27;

const TURNS = 20_000;

const LANES = 4;

/**
 * Multiplications and additions a second, in 10⁹, that one thread of WebAssembly reaches with 128 bits and nothing but
 * registers: what no step of a plan can exceed. It takes a tenth of a second.
 *
 * @example `const least = step.operations / peakGflops() / 1e6; // milliseconds`
 */
export function peakGflops(): number {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(chainsModule())).exports;
  if (typeof run !== 'function') throw new Error('The module has no function.');
  return (TURNS * CHAINS * 2 * LANES) / shortestMs(() => run(TURNS)) / 1e6;
}

/**
 * Bytes a second, in 10⁹, read and written by copies that touch `bytes` of memory. Remembers what it has measured; a size
 * takes a tenth of a second.
 *
 * @example `const rate = copyRates(); const least = step.bytes / rate(step.bytes) / 1e6; // milliseconds`
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

/** A module with one function, `run(turns)`: in each turn every chain is x = x * 0.5 + 1. */
function chainsModule(): Uint8Array<ArrayBuffer> {
  const [get, set, tee] = [0x20, 0x21, 0x22];
  const [mul, add, splat] = [
    [0xfd, 0xe6, 0x01],
    [0xfd, 0xe4, 0x01],
    [0xfd, 0x13],
  ];
  const float = (value: number): number[] => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
  // Locals: the parameter, factor, summand, then the chains.
  const [turns, factor, summand, first] = [0, 1, 2, 3];
  const chains = Array.from({ length: CHAINS }, (_, chain) => first + chain);
  const body = [
    ...[1, CHAINS + 2, 0x7b],
    ...[...float(0.5), ...splat, set, factor, ...float(1), ...splat, set, summand],
    ...[0x03, 0x40],
    ...chains.flatMap((chain) => [get, chain, get, factor, ...mul, get, summand, ...add, set, chain]),
    ...[get, turns, 0x41, 1, 0x6b, tee, turns, 0x0d, 0, 0x0b],
    // The sum of all is returned, so that nothing is left out.
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

/** A length as LEB128. */
function length(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...length(value >>> 7)];
}
