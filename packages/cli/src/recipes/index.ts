import { didYouMean } from '@manabi/errors/internal';
import { UsageError } from '../usage-error.ts';
import { mnistBn } from './mnist-bn.ts';
import { mnistCnn } from './mnist-cnn.ts';
import { mnistMlp } from './mnist-mlp.ts';
import type { Recipe } from './recipe.ts';
import type { RecipeName } from './recipe-summaries.ts';
import { xor } from './xor.ts';

export type { Recipe, Samples, TrainingData } from './recipe.ts';
export type { RecipeName } from './recipe-summaries.ts';

/** Recipes of `manabi train`: networks with their data and training settings. */
export const recipes = {
  xor,
  'mnist-mlp': mnistMlp,
  'mnist-cnn': mnistCnn,
  'mnist-bn': mnistBn,
} satisfies Readonly<Record<RecipeName, Recipe>>;

/**
 * Returns the recipe with a name.
 *
 * @param tasks further names that `manabi train` accepts, for suggestions
 * @throws UsageError for an unknown recipe, with the nearest names
 */
export function recipeNamed(name: string, tasks: readonly string[]): Recipe {
  const recipe = new Map<string, Recipe>(Object.entries(recipes)).get(name);
  if (recipe !== undefined) return recipe;
  throw new UsageError(`Unknown recipe or task '${name}'. ${didYouMean(name, [...Object.keys(recipes), ...tasks])}`);
}
