import { existsSync } from 'node:fs';
import { serve } from '@manabi/serve/node';
import { loadModel } from 'manabi';

const file = 'model/iris.keras';
if (!existsSync(file)) await import('./train.ts');

const { HOST: host = 'localhost', PORT: port = '3000' } = process.env;
const server = await serve(loadModel(file), { name: 'iris', host, port: Number(port) });
console.log(`Serving ${file} at ${server.url}`);

// Answer the requests that have arrived before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
