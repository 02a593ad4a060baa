/** A kind of project that `create-manabi` creates. */
export interface Template {
  /** What the project is, as a noun phrase. */
  readonly title: string;
  /** What the project does, in one sentence without a period. */
  readonly summary: string;
  /** Script of the project's package.json that runs it. */
  readonly script: 'start' | 'dev';
}

/** Name of a template. */
export type TemplateName = 'node' | 'vite' | 'next' | 'server';

/**
 * The templates of `npm create manabi`, by name.
 *
 * @example
 * ```ts
 * import { templates } from 'create-manabi';
 *
 * console.log(Object.keys(templates)); // ['node', 'vite', 'next', 'server']
 * ```
 */
export const templates: Readonly<Record<TemplateName, Template>> = {
  node: {
    title: 'Node script',
    summary: 'Train on handwritten digits, save the model, and export it to ONNX',
    script: 'start',
  },
  vite: {
    title: 'Vite page',
    summary: 'Recognize the digit that you draw while a worker trains',
    script: 'dev',
  },
  next: {
    title: 'Next.js app',
    summary: 'Predict in a route handler, and train in the browser',
    script: 'dev',
  },
  server: {
    title: 'HTTP server',
    summary: 'Serve the predictions of a trained model',
    script: 'start',
  },
};

/**
 * The names of all templates.
 *
 * @example
 * ```ts
 * import { templateNames } from 'create-manabi';
 *
 * console.log(templateNames); // ['node', 'vite', 'next', 'server']
 * ```
 */
export const templateNames = Object.keys(templates).filter(isTemplateName);

/**
 * Returns whether a text is the name of a template.
 *
 * @example
 * ```ts
 * import { isTemplateName } from 'create-manabi';
 *
 * console.log(isTemplateName('vite')); // true
 * console.log(isTemplateName('angular')); // false
 * ```
 */
export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(templates, name);
}
