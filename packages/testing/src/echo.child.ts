// Prints its argument and environment as JSON; with `wait`, runs forever.
import { randomSource } from '@manabi/testing';

const [first = ''] = process.argv.slice(2);
if (first === 'wait') setInterval(() => {}, 1000);
else {
  const report: object = { first, collector: 'gc' in globalThis, source: typeof randomSource(1).next() };
  console.log(JSON.stringify(report));
  process.exitCode = 3;
}
