/** In pages, programs import the functions of the worker under this name. */
export { image, plot } from '../worker/show.ts';
