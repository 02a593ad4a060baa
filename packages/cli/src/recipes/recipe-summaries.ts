/** The recipes of `manabi train`, each described in one line. */
export const recipeSummaries = {
  xor: 'exclusive or; two dense layers, trained in a second',
  'mnist-mlp': 'digits; dense layers of 128 and 64 units',
  'mnist-cnn': 'digits; convolutions of 32 and 64 filters and a dense layer of 128 units',
  'mnist-bn': 'digits; dense layers of 512, 256 and 128 units with batch normalization and dropout',
};

/** Name of a recipe. */
export type RecipeName = keyof typeof recipeSummaries;
