import { hostArray, initializers, layers, optimizers, regularizers, sequential, setRandomSeed, text } from 'manabi';
import type { Output } from './messages.ts';
import { type LearnedText, type TextName, texts } from './texts.ts';

/** Words on each side that count as neighbors. */
const WINDOW = 2;

/** A network whose first layer gives each word two coordinates. */
export interface WordEmbedding {
  /** Trains on the whole text once. */
  trainStep(): Promise<void>;
  report(): Promise<Output>;
}

/** Creates a network for the task of a text. */
export function createWordEmbedding(name: TextName): WordEmbedding {
  const learned: LearnedText = texts[name];
  setRandomSeed(1);
  const tokenizer = new text.Tokenizer(learned.language === 'ja' ? { split: 'word', locale: 'ja' } : {});
  tokenizer.fitOnTexts(learned.sentences);
  const sequences = tokenizer.textsToSequences(learned.sentences);
  // Index 0 is for padding.
  const words = Array.from(tokenizer.wordIndex.keys());
  const { model, x, y, positive } =
    learned.task === 'neighbors'
      ? neighborsTask(sequences, words.length + 1)
      : reviewsTask(sequences, learned.isPositive, words.length + 1);
  let [step, loss] = [0, 0];

  return {
    trainStep: async () => {
      ({ loss } = await model.trainOnBatch(x, y));
      step++;
    },
    report: async () => {
      const [embedding] = await model.layers[0].getWeights();
      const positions = Float32Array.from(embedding.data).subarray(2);
      return { text: name, step, loss, words, positions, positive: await positive() };
    },
  };
}

/** Words begin far apart, so that the reader sees them move. */
const embeddingsInitializer = initializers.randomUniform({ minval: -1, maxval: 1 });
/** Keeps words from moving apart for ever. */
const embeddingsRegularizer = regularizers.l2({ l2: 1e-4 });

/** A network that predicts from a word which words stand near it. */
function neighborsTask(sequences: readonly (readonly number[])[], words: number) {
  const pairs = sequences.flatMap((sequence) =>
    sequence.flatMap((word, i) =>
      sequence.flatMap((other, j) => (j !== i && Math.abs(j - i) <= WINDOW ? [[word, other]] : [])),
    ),
  );
  const model = sequential([
    layers.embedding({ inputDim: words, outputDim: 2, embeddingsInitializer, embeddingsRegularizer, inputShape: [1] }),
    layers.flatten(),
    layers.dense({ units: words, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: 'sparseCategoricalCrossentropy' });
  const column = (side: number) => Int32Array.from(pairs, (pair) => pair[side]);
  return {
    model,
    x: hostArray('int32', [pairs.length, 1], column(0)),
    y: hostArray('int32', [pairs.length], column(1)),
    positive: async () => null,
  };
}

/** A network that says whether a review is positive, from the mean of the positions of its words. */
function reviewsTask(sequences: readonly (readonly number[])[], isPositive: readonly boolean[], words: number) {
  const length = Math.max(...sequences.map((sequence) => sequence.length));
  const model = sequential([
    layers.embedding({
      inputDim: words,
      outputDim: 2,
      embeddingsInitializer,
      embeddingsRegularizer,
      maskZero: true,
      inputShape: [length],
    }),
    layers.globalAveragePooling1d(),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.02 }), loss: 'binaryCrossentropy' });
  const single = text.padSequences(
    Array.from({ length: words - 1 }, (_, i) => [i + 1]),
    { maxlen: length },
  );
  return {
    model,
    x: text.padSequences(sequences, { maxlen: length }),
    y: hostArray('float32', [sequences.length, 1], Float32Array.from(isPositive, Number)),
    /** Returns what the network says about each word as a review of its own. */
    positive: async () => Float32Array.from(await (await model.predict(single, { batchSize: words })).data()),
  };
}
