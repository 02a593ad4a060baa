import { layers, selectBackend, sequential } from 'manabi';

const model = sequential([layers.dense({ units: 10, inputShape: [784] })]);
const { name, reason } = await selectBackend({ model, batchSize: 32 });
console.log(`${name}: ${reason}`);
