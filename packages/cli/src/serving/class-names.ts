import type { PredictorFacts } from '@manabi/serve';
import { ManabiError } from 'manabi';

/**
 * Checks that a model computes one score for each class.
 *
 * @throws ManabiError `argument` for another number of classes
 */
export function checkClassNames(
  path: string,
  { outputs }: Pick<PredictorFacts, 'outputs'>,
  names: readonly string[],
): void {
  const [first, ...others] = outputs;
  const width = others.length === 0 && first.shape.length === 2 ? first.shape[1] : null;
  // One score is the probability of the second of two classes.
  if (width === names.length || (width === 1 && names.length === 2)) return;
  throw new ManabiError(
    'argument',
    `--class-labels names ${names.length} classes, but ${path} computes ${
      width === null
        ? `outputs of shape ${outputs.map(({ shape }) => `[${shape.map(String).join(', ')}]`).join(', ')}`
        : `${width} scores`
    }.`,
    { data: { names: names.length, scores: width } },
  );
}
