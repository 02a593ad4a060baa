import type { TaskOf } from '../../task-table.ts';
import { uniform } from '../inputs.ts';
import type { Start } from '../training-inputs.ts';
import { seedOf } from './seeded.ts';

/** Matrices of a block of the transformer, [inputs, outputs]. Biases start with zeros, scales with ones. */
export interface BlockStarts {
  readonly query: Start;
  readonly key: Start;
  readonly value: Start;
  readonly output: Start;
  readonly up: Start;
  readonly down: Start;
}

/** Initial weights of the transformer. */
export interface GptStarts {
  readonly embedding: Start;
  readonly blocks: readonly BlockStarts[];
  readonly head: Start;
}

/** Returns a matrix that keeps the variance of its inputs. */
function matrix(name: string, inputs: number, outputs: number): Start {
  const limit = Math.sqrt(3 / inputs);
  return { shape: [inputs, outputs], kernel: uniform(inputs * outputs, seedOf(name), -limit, limit) };
}

/** Returns the initial weights of the transformer. */
export function gptStarts({ width, blocks, vocabulary }: TaskOf<'gpt-step'>): GptStarts {
  return {
    embedding: { shape: [vocabulary, width], kernel: uniform(vocabulary * width, seedOf('embedding'), -1, 1) },
    blocks: Array.from({ length: blocks }, (_, block) => {
      const square = (name: string) => matrix(`block${block}/${name}`, width, width);
      return {
        query: square('query'),
        key: square('key'),
        value: square('value'),
        output: square('output'),
        up: matrix(`block${block}/up`, width, 4 * width),
        down: matrix(`block${block}/down`, 4 * width, width),
      };
    }),
    head: matrix('head', width, vocabulary),
  };
}

/** Tokens [batch, tokens], and the class of each. */
export interface TokenBatch {
  readonly tokens: Int32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

/**
 * Generates batches of random tokens. The class of a token is a function of it, which the network learns within a few
 * steps, so that the loss depends on the gradients.
 */
export function tokenBatchesOf({ batch, batches, tokens, vocabulary }: TaskOf<'gpt-step'>): readonly TokenBatch[] {
  return Array.from({ length: batches }, (_, index) => {
    const drawn = uniform(batch * tokens, 1000 + index, 0, vocabulary);
    const all = Int32Array.from(drawn, (value) => Math.min(Math.floor(value), vocabulary - 1));
    return { tokens: all, labels: all.map((token) => (5 * token + 17) % vocabulary) };
  });
}
