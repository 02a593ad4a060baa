import { type FormulaName, formulaArity, formulas } from '@manabi/compiler';
import type { DType } from '@manabi/ir';
import { errorRecordBytes } from '../runtime/table.ts';
import type { Callable, ModuleBuilder } from '../wasm/index.ts';
import { moduleFunction, vectorFunction } from './math/module-function.ts';
import { vectorAlgebra } from './math/vector-algebra.ts';

/** Functions shared by the kernels of a module: formulas without a WebAssembly instruction, and error reporting. */
export interface ModuleSupport {
  readonly module: ModuleBuilder;
  /** Functions (f64, …) -> f64 declared by `beginSupport`, by name. */
  readonly float64: ReadonlyMap<FormulaName, Callable>;
}

/**
 * Declares the functions that a module imports for float64 kernels. Must be called before functions are added to the
 * module.
 */
export function beginSupport(module: ModuleBuilder, float64Names: Iterable<FormulaName>): ModuleSupport {
  const float64 = new Map<FormulaName, Callable>();
  for (const name of new Set(float64Names)) {
    const params = formulaArity[name] === 2 ? (['f64', 'f64'] as const) : (['f64'] as const);
    float64.set(name, module.importFunction('math', name, params, ['f64']));
  }
  return { module, float64 };
}

/** Whether a scalar instruction on floats is computed by a formula, because WebAssembly has no instruction for it. */
export function isFormula(op: string): op is FormulaName {
  return Object.hasOwn(formulaArity, op);
}

/** Returns a float64 function declared by `beginSupport`. */
export function float64Function({ float64 }: ModuleSupport, name: FormulaName): Callable {
  const found = float64.get(name);
  if (found !== undefined) return found;
  throw new Error(`The float64 function ${name} is not declared. Pass it to beginSupport().`);
}

/** Returns the function (v128, …) -> v128 of four float32 lanes, created once per module. */
export function float32Function({ module }: ModuleSupport, name: FormulaName): Callable {
  return vectorFunction(module, `kernel.${name}`, formulaArity[name], (...params) =>
    formulas[name](vectorAlgebra(module), ...params),
  );
}

/** Returns the function (f32, …) -> f32, which computes the same bits as a lane of `float32Function`. */
export function float32ScalarFunction(support: ModuleSupport, name: FormulaName): Callable {
  const { module } = support;
  const vector = float32Function(support, name);
  const params = Array.from({ length: formulaArity[name] }, () => 'f32' as const);
  return moduleFunction(module, `kernel.${name}.scalar`, params, 'f32', (f) => {
    params.forEach((_, i) => {
      f.get(i).op('f32x4.splat');
    });
    f.call(vector).lane('f32x4.extract_lane', 0);
  });
}

/**
 * Returns the function (table, site, index, position) -> 0 that reports an index out of range. If it is the first one,
 * the function stores site + 1, index and position in the error record, which precedes the table. The returned 0
 * replaces the index.
 */
export function reportIndexFunction({ module }: ModuleSupport): Callable {
  const [table, site, index, position] = [0, 1, 2, 3];
  return moduleFunction(module, 'kernel.reportIndex', ['i32', 'i32', 'i32', 'i32'], 'i32', (f) => {
    const record = f.local('i32');
    f.get(table).i32(errorRecordBytes).op('i32.sub').tee(record).load('i32.load');
    f.op('i32.eqz').if(() => {
      f.get(record).get(site).i32(1).op('i32.add').store('i32.store', 0);
      f.get(record).get(index).store('i32.store', 4);
      f.get(record).get(position).store('i32.store', 8);
    });
    f.i32(0);
  });
}

/** Returns the names of the float64 functions that a scalar instruction needs. */
export function float64NamesOf(op: string, dtype: DType): FormulaName[] {
  return dtype === 'float64' && isFormula(op) ? [op] : [];
}
