// Runs `manabi serve` with the arguments of this process, sends requests to it, and stops it by SIGTERM while a request is being
// predicted. Prints the answers as JSON. The first argument is the path of an image.
import { readFile } from 'node:fs/promises';
import { run } from '../index.ts';

const [image, ...args] = process.argv.slice(2);
const lines: string[] = [];
const notes: string[] = [];
const asked: Promise<object>[] = [];

async function ask(line: string): Promise<object> {
  const { url, name } = JSON.parse(line);
  const post = async (type: string, body: string | Uint8Array<ArrayBuffer>) => {
    const headers = { 'content-type': type };
    const response = await fetch(`${url}v1/models/${name}:predict`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };
  const sample = Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => [(x * y) % 256]));
  const single = await post('application/json', JSON.stringify({ instances: [sample] }));
  const page = await (await fetch(url)).text();
  const upload = await post('image/png', Uint8Array.from(await readFile(image)));
  const noise = await post('image/png', Uint8Array.of(1, 2, 3));
  const last = post('application/json', JSON.stringify({ instances: Array.from({ length: 400 }, () => sample) }));
  for (;;) {
    const text = await (await fetch(`${url}metrics`)).text();
    if (/^manabi_pending_requests\{.*\} 1$/m.test(text)) break;
  }
  process.kill(process.pid, 'SIGTERM');
  const { status, body } = await last;
  return { single, upload, noise, page, last: { status, predictions: body.predictions.length } };
}

const code = await run(args, {
  stdout: {
    write: (text: string) => {
      lines.push(text);
      if (asked.length === 0) asked.push(ask(text));
    },
  },
  stderr: { write: (text: string) => void notes.push(text) },
  env: {},
});
console.log(JSON.stringify({ code, lines, notes, ...(await Promise.all(asked))[0] }));
