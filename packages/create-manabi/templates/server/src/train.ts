// Trains the model that the server uses.
import { mkdir } from 'node:fs/promises';
import { saveModel } from 'manabi';
import { trainModel } from './model.ts';

await mkdir('model', { recursive: true });
await saveModel(await trainModel(), 'model/iris.keras');
console.log('Saved model/iris.keras.');
