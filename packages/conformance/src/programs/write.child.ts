import { textOf } from './program.ts';
import { randomProgram } from './random-program.ts';

// Prints random programs, one per line, for evaluation in other languages. Argument: the number of programs.
const [count = '300'] = process.argv.slice(2);
for (let seed = 0; seed < Number(count); seed++) process.stdout.write(`${textOf(randomProgram(seed))}\n`);
