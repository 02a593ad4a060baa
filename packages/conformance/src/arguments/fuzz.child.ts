// Calls exported functions with wrong arguments. Prints the name of each call before it is made, so that the parent process
// can tell which one hangs, and a line of JSON for each finding. Arguments: the number of the first call, how many calls, and
// a package if only its functions are to be called.
import '@manabi/backend-cpu/register';
import { fuzzCalls } from './fuzz.ts';
import { setSilent } from './silence.ts';

const [start, count, module] = process.argv.slice(2);
setSilent();
for await (const line of fuzzCalls(Number(start), Number(count), module)) process.stdout.write(`${line}\n`);
process.exit(0);
