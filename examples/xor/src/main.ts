// Exclusive or is true if exactly one of its two inputs is true. No straight line separates the true cases from the false
// ones, so a network needs a hidden layer to learn it. It is the smallest problem that requires backpropagation.
//
// `network.ts` contains the network and its backward pass by hand; `train.ts` compares it with `grad` and trains.
import '@manabi/backend-cpu/register';
import { trainXor } from './train.ts';

console.log('step   loss');
const { gradientDifferences, probabilities } = await trainXor({
  onReport: (step, loss) => console.log(`${String(step).padStart(4)}   ${loss.toFixed(5)}`),
});

const [before, after] = gradientDifferences.map((difference) => difference.toExponential(1));
console.log(`\nGradients by hand and by grad differ by at most ${before} before training, and ${after} after it.`);

console.log('\na b   a xor b');
probabilities.forEach((probability, row) => {
  const [a, b] = [row >> 1, row & 1];
  console.log(`${a} ${b}   ${probability > 0.5 ? 1 : 0}   (${probability.toFixed(4)})`);
});
