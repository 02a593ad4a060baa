// Runs many operations outside jit, with an `await` after every few, and prints samples of the memory in use.
// Arguments: the module that registers the backend, the number of operations.
import { add, mul, tanh, zeros } from '@manabi/core';
import { type MemorySample, sampleMemory } from './memory-samples.ts';

/** Number of operations between two awaits. */
const PER_AWAIT = 50;

const [register, count] = process.argv.slice(2);
await import(register);
const operations = Number(count);
const samples: MemorySample[] = [];
let x = zeros([4, 4]);
for (let done = 0; done < operations; ) {
  for (let i = 0; i < PER_AWAIT; i += 5) x = tanh(add(mul(add(mul(x, 0.5), 1), 1.5), -1));
  await x.data();
  done += PER_AWAIT;
  if (done % (operations / 5) === 0) samples.push(await sampleMemory());
}
console.log(JSON.stringify({ samples, last: Array.from(await x.data()) }));
