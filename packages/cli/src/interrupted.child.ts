// Runs a `manabi` command. When the command reports its first epoch, sends SIGINT to its own process.
import { processIo } from './io.ts';
import { run } from './run.ts';

const io = processIo();
let pressed = false;
const stderr = {
  write: (text: string) => {
    io.stderr.write(text);
    if (pressed || !text.startsWith('Epoch ')) return;
    pressed = true;
    process.kill(process.pid, 'SIGINT');
  },
};
process.exitCode = await run(process.argv.slice(2), { ...io, stderr });
