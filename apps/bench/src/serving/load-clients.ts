// Runs the clients of the load test in a separate process. Each client sends one request after the other. The process prints
// the results as a line of JSON. Arguments: URL of the server, number of clients, samples per request, seconds of warm-up,
// seconds of measurement.
import { Agent, request } from 'node:http';

/** Results of the clients. */
export interface LoadResult {
  /** Latencies of the measured requests, in milliseconds. */
  readonly latencies: readonly number[];
  /** Number of samples in the measured requests. */
  readonly rows: number;
  /** Number of requests without an answer of status 200, including those of the warm-up. */
  readonly failed: number;
  /** Number of answers that differ from those for single samples, including those of the warm-up. */
  readonly wrong: number;
}

/** Largest difference between the scores of a sample alone and in a batch. */
const TOLERANCE = 1e-5;

/** Number of different samples. */
const SAMPLES = 64;

const [url, clients, samples, warmup, seconds] = process.argv.slice(2);
const [least, most = least] = samples.split('-').map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });

const pixels = Array.from({ length: SAMPLES }, (_, sample) =>
  JSON.stringify(
    Array.from({ length: 28 }, (_, y) =>
      Array.from({ length: 28 }, (_, x) => [(sample * 31 + y * (sample + 1) + x * (7 + (sample % 5))) % 256]),
    ),
  ),
);

/** Sends samples with consecutive numbers. Returns the scores of each. */
function ask(first: number, count: number): Promise<readonly (readonly number[])[]> {
  const instances = Array.from({ length: count }, (_, i) => pixels[(first + i) % SAMPLES]);
  const body = Buffer.from(`{"instances":[${instances.join()}]}`);
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}v1/models/mnist-cnn:predict`, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(text).predictions);
        else reject(new Error(`status ${response.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const expected: (readonly number[])[] = [];
for (let sample = 0; sample < SAMPLES; sample++) expected.push((await ask(sample, 1))[0]);

const start = performance.now() + 1000 * Number(warmup);
const end = start + 1000 * Number(seconds);
const latencies: number[] = [];
let [rows, failed, wrong] = [0, 0, 0];

function isRight(scores: readonly (readonly number[])[], first: number, count: number): boolean {
  return (
    scores.length === count &&
    scores.every((row, i) => row.every((score, k) => Math.abs(score - expected[(first + i) % SAMPLES][k]) <= TOLERANCE))
  );
}

async function client(): Promise<void> {
  while (performance.now() < end) {
    const count = least + Math.floor((most - least + 1) * Math.random());
    const first = Math.floor(SAMPLES * Math.random());
    const begin = performance.now();
    try {
      if (!isRight(await ask(first, count), first, count)) wrong++;
    } catch {
      failed++;
    }
    if (begin >= start) {
      latencies.push(performance.now() - begin);
      rows += count;
    }
  }
}

await Promise.all(Array.from({ length: Number(clients) }, client));
agent.destroy();
console.log(JSON.stringify({ latencies, rows, failed, wrong } satisfies LoadResult));
