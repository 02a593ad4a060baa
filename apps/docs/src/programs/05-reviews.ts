import { layers, optimizers, sequential, setRandomSeed, text } from 'manabi';

setRandomSeed(1);
const positive = `
  a wonderful film with great actors / i loved every minute of it / the story is moving and the music is beautiful
  what a great and funny story / beautiful pictures and a clever ending / i laughed and cried and want to see it again
  the best film of the year / great fun for the whole family / a warm and clever film / the actors are wonderful
`;
const negative = `
  a boring film with bad actors / i wanted to leave after ten minutes / the story is dull and the music is awful
  what a stupid and boring story / ugly pictures and a silly ending / i fell asleep and never want to see it again
  the worst film of the year / a waste of time for the whole family / a cold and silly film / the actors are awful
`;
const [good, bad] = [positive, negative].map((reviews) => reviews.trim().split(/\s+\/\s+|\n\s*/));
const reviews = [...good, ...bad];
const labels = Float32Array.from(reviews, (_, i) => (i < good.length ? 1 : 0));

const tokenizer = new text.Tokenizer({ oovToken: '?' });
tokenizer.fitOnTexts(reviews);
const encode = (texts: readonly string[]) => text.padSequences(tokenizer.textsToSequences(texts), { maxlen: 12 });

const model = sequential([
  layers.embedding({ inputDim: tokenizer.wordIndex.size + 1, outputDim: 8, maskZero: true, inputShape: [12] }),
  layers.globalAveragePooling1d(),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
const optimizer = optimizers.adam({ learningRate: 0.05 });
model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
await model.fit(encode(reviews), labels, { epochs: 60, batchSize: 10, verbose: 0 });

const unseen = ['great music and a beautiful story', 'what a boring and ugly film', 'the ending is wonderful'];
const scores = await (await model.predict(encode(unseen))).data();
for (const [i, review] of unseen.entries()) {
  console.log(scores[i] > 0.5 ? 'positive' : 'negative', scores[i].toFixed(2), review);
}
