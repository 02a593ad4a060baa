import '@manabi/backend-cpu/register';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { layers, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { randomSource } from '@manabi/testing';

const FEATURES = 12;
const CLASSES = 4;
const CLIENTS = 32;

const random = randomSource(8);
const x = hostArray('float32', [200, FEATURES], random.float32Array(200 * FEATURES));
const y = hostArray('int32', [200], random.int32Array(200, 0, CLASSES));

function build(seed: number): Model {
  setRandomSeed(seed);
  const model = sequential([
    layers.dense({ units: 16, activation: 'relu', inputShape: [FEATURES] }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: CLASSES, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const fit = (model: Model) => model.fit(x, y, { epochs: 25, batchSize: 24, validationSplit: 0.1, verbose: 0 });

/** Starts a server whose response contains the predictions for the samples in the body of the request. */
function serve(model: Model): Promise<Server> {
  const server = createServer(async (incoming, answer) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const samples = new Float32Array(Uint8Array.from(Buffer.concat(chunks)).buffer);
      const batch = hostArray('float32', [samples.length / FEATURES, FEATURES], samples);
      answer.end(JSON.stringify(Array.from(await (await model.predict(batch)).data())));
    } catch (error) {
      answer.statusCode = 500;
      answer.end(String(error));
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function ask(port: number, agent: Agent, samples: Float32Array): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(Buffer.from(samples.buffer));
  });
}

test('a server answers 32 concurrent clients while its process trains the served model and another model', async () => {
  const alone = [build(1), build(2)];
  const histories = [(await fit(alone[0])).history, (await fit(alone[1])).history];

  const [served, other] = [build(1), build(2)];
  const server = await serve(served);
  // `address()` returns this type for a server that listens on a port.
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  let isOver = false;
  const trainings = Promise.all([fit(served), fit(other)]);
  trainings.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );

  let answers = 0;
  const client = async (): Promise<void> => {
    do {
      const rows = random.integer(1, 21);
      // All samples of a request are equal. Equal predictions show that the same weights were used for all of them.
      const sample = random.float32Array(FEATURES);
      const samples = new Float32Array(rows * FEATURES);
      for (let row = 0; row < rows; row++) samples.set(sample, row * FEATURES);
      const outputs = await ask(port, agent, samples);
      expect(outputs).toHaveLength(rows * CLASSES);
      const first = outputs.slice(0, CLASSES);
      expect(first.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      for (let row = 1; row < rows; row++) {
        const here = outputs.slice(row * CLASSES, (row + 1) * CLASSES);
        for (const [i, value] of here.entries()) expect(value).toBeCloseTo(first[i], 5);
      }
      answers++;
    } while (!isOver);
  };
  try {
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const ends = await trainings;
    expect(ends.map(({ history }) => history)).toEqual(histories);
    expect(answers).toBeGreaterThan(2 * CLIENTS);
    for (const [i, model] of [served, other].entries()) {
      expect(await model.getWeights()).toEqual(await alone[i].getWeights());
    }
  } finally {
    served.stopTraining = true;
    other.stopTraining = true;
    agent.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});
