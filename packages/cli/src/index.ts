export { type Io, type Output, processIo } from './io.ts';
export { type Recipe, type RecipeName, recipes } from './recipes/index.ts';
export { run } from './run.ts';
