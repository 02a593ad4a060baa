import { existsSync } from 'node:fs';
import { loadModel } from 'manabi';
import { createModelServer } from './server.ts';

const file = 'model/iris.keras';
if (!existsSync(file)) await import('./train.ts');

const port = Number(process.env.PORT ?? 3000);
const server = createModelServer(await loadModel(file));
server.listen(port, () => console.log(`Serving ${file} at http://localhost:${port}/predict`));

// Answer the requests that are running before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
