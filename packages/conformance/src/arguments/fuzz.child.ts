// Calls exported functions with wrong arguments and prints what came of it, a line of JSON for each finding and, before
// each call, its name: whoever started this knows where it hangs. Arguments: the first call and how many.
import '@manabi/backend-cpu/register';
import { fuzzCalls } from './fuzz.ts';
import { setSilent } from './silence.ts';

const [start, count] = process.argv.slice(2).map(Number);
setSilent();
for await (const line of fuzzCalls(start, count)) process.stdout.write(`${line}\n`);
process.exit(0);
