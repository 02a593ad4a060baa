import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Model } from 'manabi';
import { type Flower, species } from './model.ts';

/** Flowers per call of the network: a fixed number, so that the network is compiled once, and not for each size. */
const batchSize = 16;
/** Largest number of flowers in a request. */
const maxFlowers = 1024;
/** Largest size of a request, in bytes. */
const maxBytes = 64 * 1024;

/** Creates a server of a model: `POST /predict` takes a list of flowers, and `GET /health` says whether the server works. */
export function createModelServer(model: Model): Server {
  return createServer(async (request, response) => {
    try {
      if (request.url === '/health') send(response, 200, { status: 'ok' });
      else if (request.url !== '/predict') send(response, 404, { error: 'Use POST /predict or GET /health.' });
      else if (request.method !== 'POST') send(response, 405, { error: 'Use the method POST.' });
      else send(response, 200, await predict(model, await readFlowers(request)));
    } catch (error) {
      if (error instanceof BadRequest) return send(response, 400, { error: error.message });
      console.error(error);
      send(response, 500, { error: 'The prediction failed.' });
    }
  });
}

/** Returns the most probable species of each flower, and the probability of each species. */
async function predict(model: Model, flowers: readonly Flower[]) {
  const rows = Math.ceil(flowers.length / batchSize) * batchSize;
  const padded = Array.from({ length: rows }, (_, i) => [...(flowers[i] ?? flowers[0])]);
  const output = await model.predict(padded, { batchSize });
  const values = await output.data();
  return flowers.map((_, i) => {
    const probabilities = Array.from(values.slice(i * species.length, (i + 1) * species.length));
    return { species: species[probabilities.indexOf(Math.max(...probabilities))], probabilities };
  });
}

/** Error for a request that cannot be answered; the client gets its message. */
class BadRequest extends Error {}

async function readFlowers(request: IncomingMessage): Promise<readonly Flower[]> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BadRequest(`The request has more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const flowers: unknown = parse(Buffer.concat(chunks).toString());
  if (Array.isArray(flowers) && flowers.length > 0 && flowers.length <= maxFlowers && flowers.every(isFlower))
    return flowers;
  throw new BadRequest(
    `Send a list of 1 to ${maxFlowers} flowers as JSON, with four lengths each: [[5.1, 3.5, 1.4, 0.2]].`,
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isFlower(given: unknown): given is Flower {
  return Array.isArray(given) && given.length === 4 && given.every(Number.isFinite);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
