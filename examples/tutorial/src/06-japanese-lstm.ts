// Chapter 6: Japanese sentences, positive or negative, with an LSTM. Japanese has no spaces between its words; the tokenizer
// finds them with the platform's word segmentation.
import { layers, optimizers, sequential, setRandomSeed, text } from 'manabi';
import { options } from './options.ts';

const { epochs, seed } = options({ epochs: 40, seed: 1 });
setRandomSeed(seed);

const positive = `
  この映画はとても面白かった 料理が美味しくて大満足です 店員さんが親切で嬉しかった 景色が綺麗で感動しました
  音楽が素晴らしくて楽しかった この本はとても面白いです 部屋が綺麗で大満足でした 対応が親切で感動しました
  デザートが美味しくて嬉しい 物語が素晴らしくて感動した 旅行はとても楽しかったです サービスが素晴らしい店です
`;
const negative = `
  この映画はとても退屈だった 料理が不味くてがっかりです 店員さんが不親切で悲しかった 部屋が汚くて残念でした
  音楽がうるさくて最悪だった この本はとても退屈です 景色が見えなくて残念です 対応が遅くてがっかりしました
  デザートが不味くて悲しい 物語がひどくて残念だった 旅行はとても最悪でした サービスがひどい店です
`;
const unseen = ['この料理はとても美味しくて嬉しかったです', '映画がひどくて本当にがっかりした'];

const [good, bad] = [positive, negative].map((sentences) => sentences.trim().split(/\s+/));
const sentences = [...good, ...bad];
const labels = Float32Array.from(sentences, (_, i) => (i < good.length ? 1 : 0));

const tokenizer = new text.Tokenizer({ split: 'word', locale: 'ja', oovToken: '?' });
tokenizer.fitOnTexts(sentences);
console.log(tokenizer.sequencesToTexts(tokenizer.textsToSequences([sentences[0], unseen[1]])).join('\n'));
const encode = (texts: readonly string[]) => text.padSequences(tokenizer.textsToSequences(texts), { maxlen: 12 });

const model = sequential([
  layers.embedding({ inputDim: tokenizer.wordIndex.size + 1, outputDim: 16, maskZero: true, inputShape: [12] }),
  layers.lstm({ units: 16 }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
const optimizer = optimizers.adam({ learningRate: 0.01 });
model.compile({ optimizer, loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(encode(sentences), labels, { epochs, batchSize: 8, verbose: 0 });
console.log(`accuracy on the ${sentences.length} sentences: ${history.accuracy.at(-1)}`);

const scores = await (await model.predict(encode(unseen))).data();
for (const [i, sentence] of unseen.entries()) {
  console.log(scores[i] > 0.5 ? 'positive' : 'negative', scores[i].toFixed(3), sentence);
}
