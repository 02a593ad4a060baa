import { compileModule } from '../src/wasm/compile-in-node.ts';
import { forRange, ModuleBuilder } from '../src/wasm/index.ts';

const rounds = 20;

/** Measures the best time of one call in milliseconds of processor time, which excludes the time of other programs. */
export function bestTime(run: () => void): number {
  run();
  const start = performance.now();
  run();
  const calls = Math.max(1, Math.round(5 / (performance.now() - start)));
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000 / calls);
  }
  return best;
}

/**
 * Returns the peak rate of `sum = sum * a + b` in GFLOP/s, measured without memory accesses, on enough registers to
 * hide latencies.
 */
export function registerPeak(): number {
  const module = new ModuleBuilder();
  const f = module.function('peak', ['i32'], ['f32']);
  const counter = f.local('i32');
  const sums = f.locals('v128', 12);
  const [a, b] = f.locals('v128', 2);
  f.f32x4(0.5).set(a).f32x4(0.25).set(b);
  const end = (): void => void f.get(0);
  forRange(f, counter, 0, end, 1, () => {
    for (let i = 0; i < 4; i++)
      for (const sum of sums) f.get(sum).get(a).op('f32x4.mul').get(b).op('f32x4.add').set(sum);
  });
  for (const sum of sums.slice(1)) f.get(sums[0]).get(sum).op('f32x4.add').set(sums[0]);
  f.get(sums[0]).lane('f32x4.extract_lane', 0);
  const { peak } = new WebAssembly.Instance(compileModule(module.toBytes())).exports;
  if (typeof peak !== 'function') throw new Error('The module does not export the loop.');
  const iterations = 300_000;
  return (4 * iterations * sums.length * 8) / bestTime(() => peak(iterations)) / 1e6;
}
