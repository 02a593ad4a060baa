import { compileModule } from '#compile';
import { fusesMultiplyAdd } from './wasm/fused.ts';
import { ModuleBuilder } from './wasm/module.ts';

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
  const { run } = new WebAssembly.Instance(compileModule(chainsModule())).exports;
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
  const module = new ModuleBuilder(undefined, fusesMultiplyAdd());
  const f = module.function('run', ['i32'], ['f32']);
  const [factor, summand, ...chains] = f.locals('v128', 2 + CHAINS);
  const iterations = 0;
  f.f32x4(0.5).set(factor).f32x4(1).set(summand);
  f.loop((again) => {
    for (const chain of chains) {
      f.get(chain).get(factor);
      if (f.fused) f.get(summand).op('f32x4.relaxed_madd').set(chain);
      else f.op('f32x4.mul').get(summand).op('f32x4.add').set(chain);
    }
    f.get(iterations).i32(1).op('i32.sub').tee(iterations).brIf(again);
  });
  // The function returns the sum of all chains, so the engine cannot remove any chain.
  f.f32x4(0);
  for (const chain of chains) f.get(chain).op('f32x4.add');
  f.lane('f32x4.extract_lane', 0);
  return module.toBytes();
}
