export type { PickledArray } from './python-values.ts';
export { unpickle } from './unpickle.ts';
