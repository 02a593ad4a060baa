// Calls exported functions with wrong arguments and prints what came of it, a line of JSON for each finding and, before
// each call, its name: whoever started this knows where it hangs. Arguments: the first call, how many, and the only package
// whose functions are called, if it is not all.
import '@manabi/backend-cpu/register';
import { fuzzCalls } from './fuzz.ts';
import { setSilent } from './silence.ts';

const [start, count, module] = process.argv.slice(2);
setSilent();
for await (const line of fuzzCalls(Number(start), Number(count), module)) process.stdout.write(`${line}\n`);
process.exit(0);
