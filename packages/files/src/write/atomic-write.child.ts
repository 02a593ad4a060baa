// Writes two contents to a file alternately, again and again, and kills itself after the given number of milliseconds.
import { writeFileAtomic } from '../index.ts';

const [path, milliseconds] = process.argv.slice(2);
setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds));
for (let round = 0; ; round++) {
  await writeFileAtomic(path, new Uint8Array(400_000 + (round % 2) * 100_000).fill(1 + (round % 2)));
}
