// Calls exported functions with wrong arguments. Prints the name of each call before making it, for the parent process to
// report a call that hangs, and a line of JSON for each finding. Arguments: the number of the first call, the number of
// calls, and optionally a package to restrict the calls to.
import '@manabi/backend-cpu/register';
import { fuzzCalls } from './fuzz.ts';
import { setSilent } from './silence.ts';

const [start, count, module] = process.argv.slice(2);
setSilent();
for await (const line of fuzzCalls(Number(start), Number(count), module)) process.stdout.write(`${line}\n`);
process.exit(0);
