import { compileModule } from '../../wasm/compile-in-node.ts';
import { ModuleBuilder } from '../../wasm/module.ts';
import { type Expression, localValue, writeExpression } from './expression.ts';

/**
 * Applies a vector expression to arrays of 32-bit words, four at a time, for tests. The arrays must have the same length; the
 * last vector is padded with zeros.
 *
 * @param fused whether formulas may use fused multiply-add
 */
export function runExpression(
  make: (module: ModuleBuilder, ...operands: Expression[]) => Expression,
  operands: readonly Uint32Array[],
  fused = false,
): Uint32Array {
  const { length } = operands[0];
  const bytes = 16 * Math.ceil(length / 4);
  const module = new ModuleBuilder({ min: 1 }, fused);
  const f = module.function('run', ['i32'], []);
  const vectors = f.locals('v128', operands.length);
  const result = make(module, ...vectors.map((vector) => localValue(vector)));
  const position = f.local('i32');
  f.loop((again) => {
    vectors.forEach((vector, index) => {
      f.get(position)
        .load('v128.load', index * bytes)
        .set(vector);
    });
    f.get(position);
    writeExpression(f, result).store('v128.store', operands.length * bytes);
    f.get(position).i32(16).op('i32.add').tee(position).get(0).op('i32.lt_u').brIf(again);
  });

  const memory = new WebAssembly.Memory({ initial: Math.ceil(((operands.length + 1) * bytes) / 65536) });
  operands.forEach((words, index) => {
    new Uint32Array(memory.buffer, index * bytes, length).set(words);
  });
  const { exports } = new WebAssembly.Instance(compileModule(module.toBytes()), { env: { memory } });
  if (typeof exports.run === 'function') exports.run(bytes);
  return new Uint32Array(memory.buffer, operands.length * bytes, length).slice();
}
