// Runs the clients of a prediction server in a separate process. Each client sends one request after the other, with
// batches of random sizes. The process prints the results as a line of JSON. Arguments: port, number of clients,
// seconds of warm-up, seconds of measurement, number of features.
import { Agent, request } from 'node:http';

const [port, clients, warmup, seconds, features] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const start = performance.now() + 1000 * warmup;
const end = start + 1000 * seconds;
const latencies: number[] = [];
let errors = 0;

function ask(rows: number): Promise<number> {
  const body = Buffer.from(new Float32Array(rows * features).fill(0.25).buffer);
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', agent, headers: { rows } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(bytes / 4 / rows);
        else reject(new Error(`status ${response.statusCode}`));
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function client(): Promise<void> {
  while (performance.now() < end) {
    const rows = 1 + Math.floor(20 * Math.random());
    const begin = performance.now();
    try {
      const outputs = await ask(rows);
      if (outputs !== 10) throw new Error(`${outputs} outputs for each sample`);
    } catch {
      errors++;
    }
    if (begin >= start) latencies.push(performance.now() - begin);
  }
}

await Promise.all(Array.from({ length: clients }, client));
agent.destroy();
console.log(JSON.stringify({ latencies, errors, seconds }));
