import { forEachStatement, formulas, type Kernel } from '@manabi/compiler';

/** Approximate number of instructions of a formula, such as an exponential. */
const FORMULA_SIZE = 20;

/**
 * Returns the approximate number of instructions that a kernel's scalars compile to, once each. Shaders that repeat
 * many instructions compile slowly: some drivers take minutes.
 */
export function codeSize({ body }: Pick<Kernel, 'body'>): number {
  let size = 0;
  forEachStatement(body, (statement) => {
    if (statement.kind !== 'define') return;
    const { instruction } = statement;
    size += instruction.kind === 'scalar' && Object.hasOwn(formulas, instruction.op) ? FORMULA_SIZE : 1;
  });
  return size;
}
