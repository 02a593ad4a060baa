import { layers, optimizers, sequential, setRandomSeed, text } from 'manabi';

setRandomSeed(1);
const reviews = ['good', 'not good', 'bad', 'not bad', 'good film', 'film not good', 'bad film', 'film not bad'];
const labels = [1, 0, 0, 1, 1, 0, 0, 1];
const tokenizer = new text.Tokenizer();
tokenizer.fitOnTexts(reviews);
const x = text.padSequences(tokenizer.textsToSequences(reviews), { maxlen: 3 });
const inputDim = tokenizer.wordIndex.size + 1;

const average = [layers.globalAveragePooling1d(), layers.dense({ units: 1, activation: 'sigmoid' })];
// A hidden layer can treat the average of 'not' and 'bad' differently from that of 'not' and 'good'.
const hidden = [
  layers.globalAveragePooling1d(),
  layers.dense({ units: 8, activation: 'tanh' }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
];
for (const [name, head] of Object.entries({ 'average alone': average, 'with a hidden layer': hidden })) {
  const embedding = layers.embedding({ inputDim, outputDim: 8, maskZero: true, inputShape: [3] });
  const model = sequential([embedding, ...head]);
  const optimizer = optimizers.adam({ learningRate: 0.05 });
  model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  await model.fit(x, labels, { epochs: 200, batchSize: 8, verbose: 0 });
  const { accuracy } = await model.evaluate(x, labels, { verbose: 0 });
  console.log(`${name}: ${accuracy * reviews.length} of ${reviews.length} right`);
}
