// Chapter 5: movie reviews, positive or negative, with an embedding of their words. The reviews come from Keras's imdb.npz,
// or from the original archive: `--archive aclImdb_v1.tar.gz --wordIndex imdb_word_index.json`.
import { callbacks, datasets, layers, sequential, setRandomSeed, text } from 'manabi';
import { options } from './options.ts';

const { epochs, words, length, ...files } = options({
  epochs: 15,
  words: 20_000,
  length: 400,
  archive: '',
  wordIndex: '',
});
setRandomSeed(1);

const { train, test } = await datasets.imdb({
  file: files.archive || undefined,
  wordIndex: files.wordIndex || undefined,
  numWords: words,
});
console.log(`${train.sequences.length} reviews to learn, the first of ${train.sequences[0].length} words`);
const x = text.padSequences(train.sequences, { maxlen: length });
const xTest = text.padSequences(test.sequences, { maxlen: length });

const model = sequential([
  layers.embedding({ inputDim: words, outputDim: 16, maskZero: true, inputShape: [length] }),
  layers.globalAveragePooling1d(),
  layers.dropout({ rate: 0.5 }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
model.summary();
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });

await model.fit(x, train.labels, {
  epochs,
  batchSize: 64,
  validationSplit: 0.1,
  callbacks: [callbacks.earlyStopping({ patience: 1, restoreBestWeights: true })],
});
const { accuracy } = await model.evaluate(xTest, test.labels, { batchSize: 500 });
console.log(`accuracy on ${test.labels.data.length} test reviews: ${accuracy.toFixed(4)}`);
