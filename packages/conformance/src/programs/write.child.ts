import { textOf } from './program.ts';
import { randomProgram } from './random-program.ts';

// Writes so many random programs, one in a line, for other languages.
const [count = '300'] = process.argv.slice(2);
for (let seed = 0; seed < Number(count); seed++) process.stdout.write(`${textOf(randomProgram(seed))}\n`);
