import { type Layer, layers, type Model, sequential, text as texts } from 'manabi';

/** Largest number of words that a network knows. */
const MOST_WORDS = 20_000;

/** Largest number of words per text; further words have no effect. */
const MOST_LENGTH = 1000;

/** Values per word. */
const WIDTH = 16;

/** How the words of texts are found. */
export interface WordOptions {
  /** Language of texts without spaces between words, such as `ja`; undefined for others. */
  readonly locale: string | undefined;
  /** Words in the order of their frequency; undefined to find them in the texts. */
  readonly vocabulary: readonly string[] | undefined;
}

/** A classifier of texts. */
export interface TextNetwork {
  /** Maps texts, prepared by `preparedText`, to probabilities. */
  readonly whole: Model;
  /** Maps the result of `encode` to probabilities. Consists of the layers of `whole`. */
  readonly encoded: Model;
  readonly encode: ReturnType<typeof layers.textVectorization>['encode'];
}

/**
 * Converts a text to the form that networks for texts receive: without HTML tags and punctuation, in lower case. It is part of the
 * task `text` of model files; to change it, introduce another task.
 */
export function preparedText(text: string): string {
  return texts
    .normalizeText(text.replace(/<[^<>]{1,200}>/g, ' '))
    .replace(/[^\p{L}\p{N}\p{M}']+/gu, ' ')
    .trim();
}

/** Creates a network that averages the embeddings of the words of a text. */
export async function textNetwork(
  prepared: readonly string[],
  classes: number,
  { locale, vocabulary }: WordOptions,
): Promise<TextNetwork> {
  const vectorize = layers.textVectorization({
    maxTokens: MOST_WORDS,
    standardize: null,
    outputSequenceLength: MOST_LENGTH,
    ...(locale === undefined ? {} : { split: 'word', locale }),
    ...(vocabulary === undefined ? {} : { vocabulary: vocabulary.slice(0, MOST_WORDS - 2) }),
  });
  if (vocabulary === undefined) await vectorize.adapt(prepared);
  const classifier: Layer[] = [
    layers.embedding({
      inputDim: vectorize.vocabularySize,
      outputDim: WIDTH,
      maskZero: true,
      inputShape: [MOST_LENGTH],
    }),
    layers.globalAveragePooling1d(),
    layers.dropout({ rate: 0.5 }),
    classes === 2
      ? layers.dense({ units: 1, activation: 'sigmoid' })
      : layers.dense({ units: classes, activation: 'softmax' }),
  ];
  return {
    whole: sequential([vectorize, ...classifier]),
    encoded: sequential(classifier),
    encode: (given) => vectorize.encode(given),
  };
}
