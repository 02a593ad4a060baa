// Calls exported functions with wrong arguments. Prints the name of each call before the call, from which the parent
// process knows which call hangs, and a line of JSON for each call with a fault. Arguments: the number of the first
// call, the number of calls, and optionally the only package whose functions are called.
import '@manabi/backend-cpu/register';
import { fuzzCalls } from './fuzz.ts';
import { setSilent } from './silence.ts';

const [start, count, module] = process.argv.slice(2);
setSilent();
for await (const line of fuzzCalls(Number(start), Number(count), module)) process.stdout.write(`${line}\n`);
process.exit(0);
