// Exclusive or is true when exactly one of its two inputs is. No straight line parts the true cases from the false
// ones, so a network needs a hidden layer to learn it: the smallest problem that asks for backpropagation.
//
// `network.ts` has the network and its backward pass by hand; `train.ts` compares that with `grad` and trains.
import '@manabi/backend-cpu/register';
import { trainXor } from './train.ts';

console.log('step   loss');
const { gradientDifferences, probabilities } = await trainXor({
  onReport: (step, loss) => console.log(`${String(step).padStart(4)}   ${loss.toFixed(5)}`),
});

const [before, after] = gradientDifferences.map((difference) => difference.toExponential(1));
console.log(`\nThe gradient by hand and the one by grad differ by at most ${before} before training, ${after} after.`);

console.log('\na b   a xor b');
probabilities.forEach((probability, row) => {
  const [a, b] = [row >> 1, row & 1];
  console.log(`${a} ${b}   ${probability > 0.5 ? 1 : 0}   (${probability.toFixed(4)})`);
});
