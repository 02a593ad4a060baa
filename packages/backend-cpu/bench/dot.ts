// Measures the dot routine on one thread, and the peak rate of register tiles on this machine.
// Run: node tooling/run/start.mjs packages/backend-cpu/bench/dot.ts
import { stepParams } from '../src/emit/step-params.ts';
import { peakGflops } from '../src/limits.ts';
import { type DotPlan, type DotPointers, emitDotStep, planDot, taskCount } from '../src/routines/dot/index.ts';
import { matrixSizes } from '../src/routines/dot/plan.ts';
import { denseDot } from '../src/routines/dot/run-dot.fixture.ts';
import { compileModule } from '../src/wasm/compile-in-node.ts';
import { fusesMultiplyAdd } from '../src/wasm/fused.ts';
import { type Emit, ModuleBuilder } from '../src/wasm/index.ts';
import { bestTime } from './best-time.ts';

const pages = 4096;
const memory = new WebAssembly.Memory({ initial: pages });

/** Returns a function that runs a plan once on random operands. */
function prepare(plan: DotPlan): () => void {
  const { m, n, k } = matrixSizes(plan.shape);
  const sizes = { lhs: 4 * m * k, rhs: 4 * k * n, out: 4 * m * n, ...plan.scratch };
  const module = new ModuleBuilder({ min: 1 }, fusesMultiplyAdd());
  const pointers: { [name: string]: Emit } = {};
  let end = 4096;
  for (const [name, size] of Object.entries(sizes)) {
    const address = end;
    pointers[name] = (f) => void f.i32(address);
    end = Math.ceil((address + size + 64) / 64) * 64;
  }
  if (end > pages * 65536) throw new Error(`The product ${m} x ${n} x ${k} needs more than ${pages} pages.`);
  const floats = new Float32Array(memory.buffer, 4096, m * k + k * n + 16);
  for (let i = 0; i < floats.length; i++) floats[i] = Math.random() - 0.5;
  for (const [i, step] of plan.steps.entries()) {
    emitDotStep(module.function(`step${i}`, stepParams, []), plan, step, pointers satisfies DotPointers);
  }
  const { exports } = new WebAssembly.Instance(compileModule(module.toBytes()), { env: { memory } });
  const calls = plan.steps.map(({ grid }, i) => {
    const step = exports[`step${i}`];
    if (typeof step !== 'function') throw new Error(`Step ${i} is not exported.`);
    return () => step(0, 0, taskCount(grid));
  });
  return () => {
    for (const call of calls) call();
  };
}

const cases: readonly (readonly [name: string, m: number, n: number, k: number, order: string])[] = [
  ['256', 256, 256, 256, 'NN'],
  ['512', 512, 512, 512, 'NN'],
  ['1024', 1024, 1024, 1024, 'NN'],
  ['1024', 1024, 1024, 1024, 'TN'],
  ['1024', 1024, 1024, 1024, 'NT'],
  ['2048', 2048, 2048, 2048, 'NN'],
  ['dense 784-128 forward', 32, 128, 784, 'NN'],
  ['dense 784-128 dW', 784, 128, 32, 'TN'],
  ['dense 784-128 dX', 32, 784, 128, 'NT'],
  ['dense 128-64 forward', 32, 64, 128, 'NN'],
  ['dense 128-64 dW', 128, 64, 32, 'TN'],
  ['dense 128-64 dX', 32, 128, 64, 'NT'],
  ['dense 128-10 forward', 128, 10, 128, 'NN'],
  ['dense 128-10 dW', 128, 10, 128, 'TN'],
  ['dense 128-10 dX', 128, 128, 10, 'NT'],
  ['dense 1600-128 forward', 128, 128, 1600, 'NN'],
  ['64 x 768 x 768', 64, 768, 768, 'NN'],
  ['8 x 1024 x 1024', 8, 1024, 1024, 'NN'],
  ['8 x 1024 x 1024', 8, 1024, 1024, 'NT'],
  ['2 x 1024 x 1024', 2, 1024, 1024, 'NN'],
  ['vector x matrix', 1, 1024, 1024, 'NN'],
  ['vector x matrix', 1, 1024, 1024, 'NT'],
  ['tall', 10000, 32, 32, 'NN'],
  ['skinny', 32, 32, 10000, 'TN'],
  ['odd', 33, 77, 101, 'NN'],
];

const peak = peakGflops();
console.log(`register-only peak ${peak.toFixed(1)} GFLOP/s`);
console.log(
  '| product | m x n x k | order | steps | GFLOP/s | of peak | us |\n| --- | --- | --- | --- | --- | --- | --- |',
);
for (const [name, m, n, k, order] of cases) {
  const plan = planDot(denseDot(m, n, k, { lhs: order[0] === 'T', rhs: order[1] === 'T' }));
  const time = bestTime(prepare(plan));
  const rate = (2 * m * n * k) / time / 1e6;
  const steps = plan.steps.map((step) => (step.kind === 'pack' ? `pack ${step.operand}` : step.kind)).join(', ');
  const share = `${((100 * rate) / peak).toFixed(0)} %`;
  console.log(
    `| ${name} | ${m} x ${n} x ${k} | ${order} | ${steps} | ${rate.toFixed(1)} | ${share} | ${(1000 * time).toFixed(1)} |`,
  );
}
