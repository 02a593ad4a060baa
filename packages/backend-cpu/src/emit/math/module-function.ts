import type { FunctionBuilder } from '../../wasm/function.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import type { ValueType } from '../../wasm/opcodes.ts';
import { type Expression, localValue, writeExpression } from './expression.ts';

const known = new WeakMap<ModuleBuilder, Map<string, FunctionBuilder>>();

/**
 * Returns the internal function of a module with a name. The first call adds it to the module and writes its code with
 * `build`. The result is null for a function without one.
 */
export function moduleFunction(
  module: ModuleBuilder,
  name: string,
  params: readonly ValueType[],
  result: ValueType | null,
  build: (f: FunctionBuilder) => void,
): FunctionBuilder {
  const functions = known.get(module) ?? new Map<string, FunctionBuilder>();
  known.set(module, functions);
  const found = functions.get(name);
  if (found !== undefined) return found;
  const made = module.function(name, params, result === null ? [] : [result], { exported: false });
  functions.set(name, made);
  build(made);
  return made;
}

/**
 * Returns an internal function of a module that takes `arity` vectors. `body` returns its result as an expression of
 * the parameters.
 */
export function vectorFunction(
  module: ModuleBuilder,
  name: string,
  arity: number,
  body: (...params: Expression[]) => Expression,
): FunctionBuilder {
  const params = Array.from({ length: arity }, () => 'v128' as const);
  return moduleFunction(module, name, params, 'v128', (f) => {
    writeExpression(f, body(...params.map((_, index) => localValue(index))));
  });
}
