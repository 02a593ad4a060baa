// Runs `manabi dashboard` on the given files. When the command prints the URL of the page, reads the first event, and sends
// SIGINT to its own process.
import { processIo } from '../io.ts';
import { run } from '../run.ts';

const io = processIo();
const stdout = {
  write: (text: string) => {
    io.stdout.write(text);
    const url = /http:\S+/.exec(text)?.[0];
    if (url !== undefined) readAndStop(url).catch((error: unknown) => io.stderr.write(String(error)));
  },
};

async function readAndStop(url: string): Promise<void> {
  const reader = (await fetch(`${url}events`)).body?.getReader();
  let events = '';
  // Each file contains one run.
  while ((events.match(/"ended"/g)?.length ?? 0) < process.argv.length - 2)
    events += new TextDecoder().decode((await reader?.read())?.value);
  io.stdout.write(`${events.match(/"type":"\w+"/g)?.join(' ')}\n`);
  process.kill(process.pid, 'SIGINT');
}

process.exitCode = await run(['dashboard', ...process.argv.slice(2)], { ...io, stdout });
