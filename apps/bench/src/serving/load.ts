// Measures the server of @manabi/serve under load: `npm start apps/bench/src/serving/load.ts -- --help`.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve, workerPool } from '@manabi/serve/node';
import { describeLoad, describeMachine } from '../machine.ts';
import { quantile } from '../statistics.ts';
import type { LoadResult } from './load-clients.ts';

const help = `npm start apps/bench/src/serving/load.ts -- [options]

Measure the latency of the MNIST classifier with convolutions behind the HTTP server, which runs it on worker threads.
Clients in a second process send JSON with samples of 28x28 pixels, and compare the answers with those for single samples.

  --clients LIST    Numbers of concurrent clients (default: 1,8,32)
  --samples LIST    Samples per request: a number, or a range such as 1-20 (default: 1,1-20)
  --workers N       Number of worker threads (default: 1)
  --warmup S        Seconds of requests before each measurement (default: 2)
  --seconds S       Seconds of requests that are measured (default: 8)
  --json            Print one line of JSON for each row
  --help            Show help
`;

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1,8,32' },
    samples: { type: 'string', default: '1,1-20' },
    workers: { type: 'string', default: '1' },
    warmup: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Columns of the table, with their widths. */
const columns = {
  clients: 7,
  samples: 7,
  'requests/s': 10,
  'samples/s': 9,
  'p50 ms': 8,
  'p99 ms': 8,
  'p99/p50': 7,
  failed: 6,
  wrong: 5,
  'longest batch ms': 16,
  'longest block ms': 16,
  'idle block ms': 13,
} as const;

/** Program of an idle process, which prints for how many milliseconds other processes have kept it from running. */
const IDLE = `
const delays = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.stdin.resume().on('end', () => console.log(delays.max / 1e6));
`;

async function main(): Promise<void> {
  process.stderr.write(`${describeMachine()}\n`);
  const busy = describeLoad();
  if (busy !== null) process.stderr.write(`${busy}\n`);
  const batches: number[] = [];
  const pool = await workerPool({ module: new URL('./replica.ts', import.meta.url), workers: Number(values.workers) });
  const server = await serve(pool, {
    name: 'mnist-cnn',
    port: 0,
    onBatch: ({ milliseconds }) => batches.push(milliseconds),
  });
  if (!values.json) {
    console.log(
      Object.entries(columns)
        .map(([name, width]) => name.padStart(width))
        .join('  '),
    );
  }
  for (const clients of values.clients.split(',')) {
    for (const samples of values.samples.split(',')) {
      const delays = monitorEventLoopDelay({ resolution: 1 });
      const idle: IdleProcess[] = [];
      const measuring = setTimeout(() => {
        batches.length = 0;
        delays.enable();
        idle.push(startIdle());
      }, 1000 * Number(values.warmup));
      const { latencies, rows, failed, wrong } = await runClients(server.url, clients, samples);
      clearTimeout(measuring);
      delays.disable();
      const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
      const seconds = Number(values.seconds);
      const row = {
        clients: Number(clients),
        samples,
        'requests/s': latencies.length / seconds,
        'samples/s': rows / seconds,
        'p50 ms': p50,
        'p99 ms': p99,
        'p99/p50': p99 / p50,
        failed,
        wrong,
        'longest batch ms': Math.max(...batches),
        'longest block ms': delays.max / 1e6,
        'idle block ms': (await idle.at(0)?.end()) ?? Number.NaN,
      };
      console.log(values.json ? JSON.stringify(row) : formatRow(row));
    }
  }
  await server.close();
}

function formatRow(row: Readonly<Record<keyof typeof columns, number | string>>): string {
  return Object.entries(columns)
    .map(([name, width]) => {
      // The keys of `columns` are those of the row.
      const value = row[name as keyof typeof columns];
      const text = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value);
      return text.padStart(width);
    })
    .join('  ');
}

interface IdleProcess {
  /** Ends the process, and returns the longest time for which it was kept from running, in milliseconds. */
  readonly end: () => Promise<number>;
}

function startIdle(): IdleProcess {
  const child = spawn(process.execPath, ['-e', IDLE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const text = textOf(child);
  return {
    end: async () => {
      child.stdin.end();
      return Number(await text);
    },
  };
}

/** Returns what a process prints to stdout. */
function textOf(child: ChildProcessByStdio<Writable | null, Readable, null>): Promise<string> {
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`A process exited with code ${code}.`)),
    );
  });
}

async function runClients(url: string, clients: string, samples: string): Promise<LoadResult> {
  const file = fileURLToPath(new URL('./load-clients.ts', import.meta.url));
  const args = [url, clients, samples, values.warmup, values.seconds];
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await textOf(child));
}

if (values.help) process.stdout.write(help);
else await main();
