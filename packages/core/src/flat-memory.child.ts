// Runs an eager and a jitted loop, and prints the peak memory of each. This is a separate program because it must call
// the garbage collector.
import { add, jit, memory, mul, ones, realize, registerBackend, sub, sum, type Tensor, zeros } from './index.ts';
import { referenceBackend } from './test-backend/reference-backend.fixture.ts';

const backend = referenceBackend();
registerBackend('reference', () => backend);

const steps = Number(process.argv[2]);
let peak = 0;
const measure = (): void => {
  peak = Math.max(peak, memory().buffers);
};

let x = zeros([4]);
for (let i = 0; i < steps; i++) {
  x = add(mul(x, 0.5), 1);
  if (i % 10 === 0) {
    await x.data();
    measure();
  }
}
const eager = peak;

peak = 0;
const step = jit((w: Tensor, g: Tensor) => [sub(w, mul(g, 0.1)), sum(w)], { donate: [0] });
let w = await realize(ones([4]));
const g = await realize(ones([4]));
for (let i = 0; i < steps / 10; i++) {
  [w] = await step(w, g);
  measure();
}
console.log(JSON.stringify({ eager, jitted: peak, lost: backend.memory().buffers - memory().buffers }));
