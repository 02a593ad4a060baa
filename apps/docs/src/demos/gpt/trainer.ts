import { type HostArray, hostArray, jit, type Tensor, tree, valueAndGrad } from 'manabi';
import { adam, clipByGlobalNorm, type OptimizerState } from 'manabi/optimizers';
import { type GptSizes, type GptWeights, initialWeights, logits, nextTokenLoss } from './network.ts';
import { type Vocabulary, vocabularyOf } from './vocabulary.ts';

/** Sizes of the training: small enough for a page, large enough to learn words within a minute. */
export interface GptTraining extends Omit<GptSizes, 'tokens'> {
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** Share of the text at its end that the network never trains on. */
const VALIDATION = 0.1;

/** Least characters of a text to learn, for a network that looks back on `context` characters. */
function leastCharacters(context: number): number {
  return 4 * (context + 1);
}

/** A network that learns a text character by character. */
export class GptTrainer {
  readonly vocabulary: Vocabulary;
  readonly parameters: number;
  readonly #training: Int32Array;
  readonly #validation: Int32Array;
  readonly #options: GptTraining;
  readonly #random: () => number;
  readonly #step;
  readonly #loss;
  readonly #next;
  #weights: GptWeights;
  #state: OptimizerState<GptWeights>;
  #steps = 0;

  /** @throws Error for a text that is too short */
  constructor(text: string, options: GptTraining) {
    this.vocabulary = vocabularyOf(text);
    const tokens = this.vocabulary.encode(text);
    const { context, heads, learningRate, seed } = options;
    const least = leastCharacters(context);
    if (tokens.length < least) {
      throw new Error(`The text must have at least ${least} characters; it has ${tokens.length}. Paste a longer one.`);
    }
    const border = Math.min(Math.floor(tokens.length * (1 - VALIDATION)), tokens.length - context - 1);
    this.#training = tokens.slice(0, border);
    this.#validation = tokens.slice(border);
    this.#options = options;
    this.#random = randomNumbers(seed);
    this.#weights = initialWeights({ ...options, tokens: this.vocabulary.characters.length }, seed);
    const optimizer = adam({ learningRate, beta2: 0.99 });
    this.#state = optimizer.init(this.#weights);
    this.parameters = tree
      .leaves(this.#weights)
      .reduce((sum: number, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0);
    this.#step = jit(
      (weights: GptWeights, state: OptimizerState<GptWeights>, x: Tensor, y: Tensor) => {
        const [loss, gradients] = valueAndGrad((given: GptWeights) => nextTokenLoss(given, x, y, heads))(weights);
        return { loss, ...optimizer.update(weights, clipByGlobalNorm(gradients, 1), state) };
      },
      { donate: [0, 1], name: 'train' },
    );
    this.#loss = jit((weights: GptWeights, x: Tensor, y: Tensor) => nextTokenLoss(weights, x, y, heads));
    this.#next = jit((weights: GptWeights, x: Tensor) => logits(weights, x, heads));
  }

  get steps(): number {
    return this.#steps;
  }

  /** Characters in a batch. */
  get batchCharacters(): number {
    return this.#options.batch * this.#options.context;
  }

  /** Trains one batch, and returns its loss. */
  async train(): Promise<number> {
    const [x, y] = this.#windows(this.#training, this.#options.batch);
    const { loss, params, state } = await this.#step(this.#weights, this.#state, x, y);
    this.#weights = params;
    this.#state = state;
    this.#steps++;
    return Number(await loss.item());
  }

  /** Returns the loss of a batch of the text that is not trained on. */
  async validate(): Promise<number> {
    const [x, y] = this.#windows(this.#validation, this.#options.batch);
    return Number(await (await this.#loss(this.#weights, x, y)).item());
  }

  /**
   * Draws the next token after the given ones.
   *
   * @param temperature 0 for the most probable token, 1 for the probabilities of the network
   */
  async next(tokens: readonly number[], temperature: number): Promise<number> {
    const { context } = this.#options;
    const window = tokens.slice(-context);
    // One size of input means one compiled plan. Tokens after the last one have no influence on it.
    const padded = Int32Array.from({ length: context }, (_, i) => window[i] ?? 0);
    const scores = await this.#next(this.#weights, hostArray('int32', [1, context], padded));
    const count = this.vocabulary.characters.length;
    const all = await scores.data();
    const last = Math.max(0, window.length - 1);
    return draw(all.subarray(last * count, (last + 1) * count), temperature, this.#random);
  }

  /** Cuts random windows out of a text: tokens, and those that follow them. */
  #windows(tokens: Int32Array, count: number): readonly [HostArray, HostArray] {
    const { context } = this.#options;
    const starts = Array.from({ length: count }, () => Math.floor(this.#random() * (tokens.length - context)));
    const cut = (offset: number) => {
      const windows = new Int32Array(count * context);
      for (const [i, start] of starts.entries()) {
        windows.set(tokens.subarray(start + offset, start + offset + context), i * context);
      }
      return hostArray('int32', [count, context], windows);
    };
    return [cut(0), cut(1)];
  }
}

/** Draws an index with the probabilities softmax(scores / temperature). */
export function draw(scores: ArrayLike<number>, temperature: number, uniform: () => number): number {
  const values = Array.from(scores);
  const most = Math.max(...values);
  if (temperature <= 0) return values.indexOf(most);
  const chances = values.map((score) => Math.exp((score - most) / temperature));
  let rest = uniform() * chances.reduce((sum, chance) => sum + chance, 0);
  for (const [i, chance] of chances.entries()) {
    rest -= chance;
    if (rest < 0) return i;
  }
  return values.indexOf(most);
}

/** Returns a function that returns the same numbers from 0 to 1 for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
