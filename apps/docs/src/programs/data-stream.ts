import { data, layers, optimizers, sequential, setRandomSeed } from 'manabi';

setRandomSeed(1);
// A stream without an end: a sensor, a database, lines of a log. Each element is read when training needs it.
async function* measurements() {
  for (let second = 0; ; second++) {
    const load = Math.sin(second / 7);
    yield [Float32Array.of(load), Float32Array.of(20 + 5 * load)] as const;
  }
}

const stream = data.fromGenerator(measurements).batch(32).prefetch(2);
const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
model.compile({ optimizer: optimizers.adam({ learningRate: 0.5 }), loss: 'meanSquaredError' });
await model.fit(stream, { epochs: 4, stepsPerEpoch: 50 }); // the stream does not end, so an epoch states its steps
const predicted = await model.predict([[1]]);
console.log((await predicted.data())[0].toFixed(0), 'degrees');
