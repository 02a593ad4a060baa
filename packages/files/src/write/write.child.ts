// Writes text to a path.
import { writeFileAtomic } from '../index.ts';

const [path, text] = process.argv.slice(2);
await writeFileAtomic(path, text);
