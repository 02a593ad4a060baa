import { createHandler } from '@manabi/serve';
import { layers, sequential } from 'manabi';

const model = sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })]);
const handler = createHandler(model, { name: 'iris' }); // or a promise, such as loadModel('iris.keras')

const request = new Request('http://localhost/v1/models/iris:predict', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ instances: [[5.1, 3.5, 1.4, 0.2]] }),
});
const response = await handler(request);
console.log(response.status, await response.json()); // 200 { predictions: [ [ … ] ] }
