import { live } from '../../worker/live.ts';
import type { GptInput, GptOutput } from './messages.ts';
import { GptTrainer } from './trainer.ts';

/** Steps after which training ends. */
const STEPS = 3000;
/** Steps between two losses of the text that is not trained on. */
const VALIDATION_STEPS = 20;
/** Characters that the network writes after each step of training. */
const WRITTEN_PER_STEP = 2;
/** Characters of a text that it writes, and steps before it begins the next one. */
const SAMPLE = 240;
const REST_STEPS = 60;

let trainer: GptTrainer | null = null;
let losses: GptOutput['losses'][number][] = [];
let [prompt, temperature] = ['', 0.7];
let unknown = '';
/** The prompt and what was written, as tokens. */
let tokens: number[] = [];
let promptLength = 0;
let sample = '';
let sampleStep = 0;
let restSteps = 0;
let speed = 0;

function beginSample({ vocabulary, steps }: GptTrainer): void {
  const known = vocabulary.encode(prompt);
  unknown = [...new Set(prompt)].filter((character) => !vocabulary.characters.includes(character)).join('');
  // Without a prompt, the network begins a line.
  tokens = known.length > 0 ? [...known] : [...vocabulary.encode('\n')];
  if (tokens.length === 0) tokens = [0];
  promptLength = tokens.length;
  [sample, sampleStep, restSteps] = ['', steps, 0];
}

async function write(by: GptTrainer, count: number): Promise<void> {
  for (let i = 0; i < count && tokens.length < promptLength + SAMPLE; i++) {
    const token = await by.next(tokens, temperature);
    tokens.push(token);
    sample += by.vocabulary.decode(token);
  }
}

await live<GptInput, GptOutput>({
  step: async () => {
    if (trainer === null) return false;
    const begin = performance.now();
    const training = await trainer.train();
    const { steps, batchCharacters } = trainer;
    const isDue = steps === 1 || steps % VALIDATION_STEPS === 0;
    losses.push({ step: steps, training, validation: isDue ? await trainer.validate() : null });
    const characters = (1000 * batchCharacters) / (performance.now() - begin);
    speed = speed === 0 ? characters : 0.9 * speed + 0.1 * characters;
    if (tokens.length < promptLength + SAMPLE) await write(trainer, WRITTEN_PER_STEP);
    else if (++restSteps > REST_STEPS) beginSample(trainer);
    return steps < STEPS;
  },
  report: async () => {
    const reported = losses;
    losses = [];
    const { steps = 0, parameters = 0, vocabulary = null } = trainer ?? {};
    const size = vocabulary?.characters.length ?? 0;
    return { step: steps, losses: reported, sample, sampleStep, vocabulary: size, parameters, speed, unknown };
  },
  receive: async (input) => {
    switch (input.kind) {
      case 'writing':
        ({ prompt, temperature } = input);
        if (trainer !== null) beginSample(trainer);
        break;
      case 'text':
        trainer = new GptTrainer(input.text, {
          context: 48,
          width: 64,
          heads: 4,
          blocks: 2,
          batch: 16,
          learningRate: 0.004,
          seed: 1,
        });
        losses = [];
        speed = 0;
        beginSample(trainer);
        break;
      case 'write':
        if (trainer === null) break;
        beginSample(trainer);
        await write(trainer, SAMPLE);
    }
  },
});
