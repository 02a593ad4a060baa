/**
 * Readers of Python pickles. This entry has no stable interface. It is apart from `@manabi/files/internal`, so that bundlers
 * keep it out of the first file of pages that read pickles only later.
 */
export { unpickle } from './numpy-rules.ts';
export type { PickledArray } from './numpy-values.ts';
export { PickleContext } from './pickle-context.ts';
export type { PickleRules } from './pickle-rules.ts';
export { callPython, isPythonFunction } from './python-functions.ts';
export { latin1, PythonGlobal, type PythonObject, type PythonValue } from './python-values.ts';
export { type ReadPickle, readPickle } from './read-pickle.ts';
