// Trains the model that the route handler uses. `npm run dev` and `npm run build` run it first.
import { mkdir } from 'node:fs/promises';
import { saveModel, setRandomSeed } from 'manabi';
import { flowers } from '../lib/iris.ts';
import { createModel } from '../lib/model.ts';

setRandomSeed(1);
const model = await createModel();
await model.fit(flowers.x, flowers.y, { epochs: 50, batchSize: 16, verbose: 0 });
const { accuracy } = await model.evaluate(flowers.x, flowers.y, { verbose: 0 });

await mkdir('model', { recursive: true });
await saveModel(model, 'model/iris.keras');
console.log(`Trained model/iris.keras: accuracy ${(100 * accuracy).toFixed(1)} % on ${flowers.y.length} flowers.`);
