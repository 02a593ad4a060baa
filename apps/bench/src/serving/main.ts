// Measures a prediction server that trains at the same time: `npm start apps/bench/src/serving/main.ts -- --help`.
import '@manabi/backend-cpu/register';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hostArray } from '@manabi/core';
import { layers, type Model, sequential } from '@manabi/layers';
import { quantile } from '../statistics.ts';

const help = `npm start apps/bench/src/serving/main.ts -- [options]

Measure the latency of predictions over HTTP, of 1 to 20 samples each, while the same process trains.

  --model NAME      Model: mlp or cnn (default: mlp)
  --train WHAT      What to train: nothing, same (the model that predicts), other, or both (default: both)
  --clients N       Number of concurrent clients (default: 32)
  --warmup S        Seconds of requests before the measurement (default: 2)
  --seconds S       Seconds of requests that are measured (default: 5)
  --help            Show help
`;

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp' },
    train: { type: 'string', default: 'both' },
    clients: { type: 'string', default: '32' },
    warmup: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});

const FEATURES = 784;

function makeModel(name: string): Model {
  const model =
    name === 'cnn'
      ? sequential([
          layers.reshape({ targetShape: [28, 28, 1], inputShape: [FEATURES] }),
          layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
          layers.maxPooling2d({ poolSize: 2 }),
          layers.flatten(),
          layers.dense({ units: 10, activation: 'softmax' }),
        ])
      : sequential([
          layers.dense({ units: 128, activation: 'relu', inputShape: [FEATURES] }),
          layers.dense({ units: 64, activation: 'relu' }),
          layers.dense({ units: 10, activation: 'softmax' }),
        ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const samples = 4096;
const x = hostArray(
  'float32',
  [samples, FEATURES],
  Float32Array.from({ length: samples * FEATURES }, (_, i) => (i % 97) / 97),
);
const y = hostArray(
  'int32',
  [samples],
  Int32Array.from({ length: samples }, (_, i) => i % 10),
);

interface Training {
  readonly ended: Promise<unknown>;
  readonly stop: () => void;
  readonly steps: () => number;
}

/** Starts to train a model. The training continues until the caller stops it. */
function train(model: Model): Training {
  let steps = 0;
  const onTrainBatchEnd = (): void => void steps++;
  const ended = model.fit(x, y, { batchSize: 32, epochs: 1e9, verbose: 0, callbacks: [{ onTrainBatchEnd }] });
  return {
    ended,
    steps: () => steps,
    stop: () => {
      model.stopTraining = true;
    },
  };
}

async function main(): Promise<void> {
  const served = makeModel(values.model);
  const trained = new Map<string, readonly Model[]>([
    ['nothing', []],
    ['same', [served]],
    ['other', [makeModel(values.model)]],
    ['both', [served, makeModel(values.model)]],
  ]);
  const models = trained.get(values.train);
  if (models === undefined) {
    throw new Error(`--train must be one of ${[...trained.keys()].join(', ')}; got ${values.train}.`);
  }
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const bytes = Uint8Array.from(Buffer.concat(chunks));
      const data = new Float32Array(bytes.buffer, 0, bytes.length / 4);
      const outputs = await (
        await served.predict(hostArray('float32', [data.length / FEATURES, FEATURES], data))
      ).data();
      response.end(Buffer.from(outputs.buffer, outputs.byteOffset, outputs.byteLength));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  // Compile for all batch sizes first, as a server does before it listens.
  for (let rows = 1; rows <= 20; rows++) {
    await served.predict(hostArray('float32', [rows, FEATURES], x.data.subarray(0, rows * FEATURES)));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The address is an AddressInfo, because the server listens on a port.
  const { port } = server.address() as AddressInfo;
  const trainings = models.map(train);
  const { latencies, errors, seconds } = await runClients(port);
  const steps = trainings.reduce((sum, training) => sum + training.steps(), 0);
  for (const training of trainings) training.stop();
  await Promise.all(trainings.map(({ ended }) => ended));
  server.close();
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  const rate = (count: number, during: number): string => (count / during).toFixed(0);
  console.log(
    `${values.model}, training ${values.train}: ${rate(latencies.length, seconds)} requests/s, p50 ${p50.toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms (${(p99 / p50).toFixed(1)} x), ${errors} errors, ${rate(steps, Number(values.warmup) + seconds)} training steps/s`,
  );
}

/** Results that the process of the clients prints. */
interface Answers {
  /** Latencies of the measured requests, in milliseconds. */
  readonly latencies: readonly number[];
  /** Number of failed requests, including those of the warm-up. */
  readonly errors: number;
  /** Duration of the measurement in seconds. */
  readonly seconds: number;
}

function runClients(port: number): Promise<Answers> {
  const file = fileURLToPath(new URL('./clients.ts', import.meta.url));
  const args = [String(port), values.clients, values.warmup, values.seconds, String(FEATURES)];
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`The clients exited with code ${code}.`)),
    );
  });
}

if (values.help) process.stdout.write(help);
else await main();
