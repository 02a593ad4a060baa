// Writes the text in the second argument to the path in the first argument.
import { writeFileAtomic } from '../index.ts';

const [path, text] = process.argv.slice(2);
await writeFileAtomic(path, text);
