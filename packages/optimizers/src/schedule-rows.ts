import type { Schedule } from './optimizer.ts';

type Exports = typeof import('./index.ts');

/**
 * Type of `scheduleRows`: an entry for each function that creates a schedule, with the file that exports the function.
 */
type Rows = {
  readonly [K in keyof Exports as Exports[K] extends (...given: never[]) => Schedule
    ? Exclude<K, `clip${string}`>
    : never]: { readonly className: string; readonly load: () => Promise<Readonly<Record<K, Exports[K]>>> };
};

/**
 * Keras's learning rate schedules, one entry per exported function. A file is loaded when its schedule is first
 * requested.
 */
export const scheduleRows = {
  cosineDecay: { className: 'CosineDecay', load: () => import('./schedules/cosine-decay.ts') },
  cosineDecayRestarts: { className: 'CosineDecayRestarts', load: () => import('./schedules/cosine-decay-restarts.ts') },
  exponentialDecay: { className: 'ExponentialDecay', load: () => import('./schedules/exponential-decay.ts') },
  inverseTimeDecay: { className: 'InverseTimeDecay', load: () => import('./schedules/inverse-time-decay.ts') },
  piecewiseConstantDecay: {
    className: 'PiecewiseConstantDecay',
    load: () => import('./schedules/piecewise-constant-decay.ts'),
  },
  polynomialDecay: { className: 'PolynomialDecay', load: () => import('./schedules/polynomial-decay.ts') },
} satisfies Rows;
