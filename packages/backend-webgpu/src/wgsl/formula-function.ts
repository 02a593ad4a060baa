import { type FormulaName, formulaArity, formulas } from '@manabi/compiler';
import { type FunctionDraft, type Word, wgslAlgebra, wordAs, wordFunction } from './algebra.ts';
import type { ShaderModule } from './shader-module.ts';

/**
 * Declares a WGSL function that computes the given formula of `@manabi/compiler`, such as `exp`, and returns the
 * function's name.
 */
export function formulaFunction(module: ShaderModule, name: FormulaName): string {
  const id = `f_${name}`;
  return module.require(id, () => {
    const draft: FunctionDraft = { lines: [], variables: 0 };
    const parameters = Array.from({ length: formulaArity[name] }, (_, i): Word => ({ text: `x${i}`, kind: 'f32' }));
    const result = formulas[name](wgslAlgebra(module, draft), ...parameters);
    return wordFunction(id, parameters, { text: wordAs(result, 'f32'), kind: 'f32' }, draft.lines);
  });
}
