import type { Part } from './lacks.ts';

/** The parts that the documentation of public symbols may lack, each with the reason, by entry point and name. */
export const exceptions: Readonly<Record<string, Readonly<Partial<Record<Part, string>>>>> = {
  '@manabi/ir simplify': { errors: 'its error reports a wrong simplification rule, which no argument causes' },
};
