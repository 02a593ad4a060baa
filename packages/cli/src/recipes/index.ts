import { didYouMean } from '@manabi/errors';
import { UsageError } from '../usage-error.ts';
import { mnistBn } from './mnist-bn.ts';
import { mnistCnn } from './mnist-cnn.ts';
import { mnistMlp } from './mnist-mlp.ts';
import type { Recipe } from './recipe.ts';
import { xor } from './xor.ts';

export type { Recipe, Samples, TrainingData } from './recipe.ts';

/** What `manabi train` can train. */
export const recipes = {
  xor,
  'mnist-mlp': mnistMlp,
  'mnist-cnn': mnistCnn,
  'mnist-bn': mnistBn,
} satisfies Readonly<Record<string, Recipe>>;

/** The name of a recipe. */
export type RecipeName = keyof typeof recipes;

/** @throws UsageError if there is none of that name, with the nearest names */
export function recipeNamed(name: string): Recipe {
  const recipe = new Map<string, Recipe>(Object.entries(recipes)).get(name);
  if (recipe !== undefined) return recipe;
  throw new UsageError(`There is no recipe '${name}'. ${didYouMean(name, Object.keys(recipes))}`);
}
