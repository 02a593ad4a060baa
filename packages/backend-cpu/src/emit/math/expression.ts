import type { Callable, FunctionBuilder, LocalId } from '../../wasm/function.ts';
import type { OperationName, ValueType } from '../../wasm/opcodes.ts';

/**
 * A node of an expression of WebAssembly values: an instruction and its operands. A node that is used several times is
 * computed once (`writeExpression`).
 */
export interface Expression {
  readonly type: ValueType;
  readonly operands: readonly Expression[];
  /** Writes the instruction. Its operands are in `locals` if `inLocals` is true, and on the stack otherwise. */
  readonly write: (f: FunctionBuilder, locals: readonly LocalId[]) => void;
  /** Whether the operands must be in locals, as for control flow. Default: false. */
  readonly inLocals?: boolean;
}

/** Returns an expression that reads a local variable. */
export function localValue(id: LocalId, type: ValueType = 'v128'): Expression {
  return { type, operands: [], write: (f) => f.get(id) };
}

/** Returns an expression of an instruction without immediates. */
export function instruction(name: OperationName, type: ValueType, ...operands: Expression[]): Expression {
  return { type, operands, write: (f) => f.op(name) };
}

/** Returns an expression that calls a function with one result. */
export function callValue(target: Callable, type: ValueType, ...operands: Expression[]): Expression {
  return { type, operands, write: (f) => f.call(target) };
}

/**
 * Returns an expression whose value is that of `usual`, or of `repair(...operands, usual)` in the rare case that
 * `condition` (an i32) is not zero. The repair receives whole vectors. It must not change lanes that need no repair,
 * because the bits of a lane must not depend on other lanes.
 */
export function rarely(
  condition: Expression,
  repair: Callable,
  operands: readonly Expression[],
  usual: Expression,
): Expression {
  return {
    type: usual.type,
    operands: [condition, ...operands, usual],
    inLocals: true,
    write: (f, [test, ...inputs]) => {
      const result = inputs[inputs.length - 1];
      f.get(test).if(() => {
        for (const input of inputs) f.get(input);
        f.call(repair).set(result);
      });
      f.get(result);
    },
  };
}

/** Writes an expression and leaves its value on the stack. Nodes used several times are kept in new locals. */
export function writeExpression(f: FunctionBuilder, root: Expression): FunctionBuilder {
  const uses = new Map<Expression, number>();
  const count = (node: Expression): void => {
    const known = uses.get(node) ?? 0;
    uses.set(node, known + 1);
    if (known === 0) node.operands.forEach(count);
  };
  count(root);

  const kept = new Map<Expression, LocalId>();
  const write = (node: Expression): void => {
    const known = kept.get(node);
    if (known !== undefined) {
      f.get(known);
      return;
    }
    // A repair may overwrite its last operand, so operands in locals get new locals.
    const locals = node.operands.map((operand) => {
      write(operand);
      if (!node.inLocals) return -1;
      const own = f.local(operand.type);
      f.set(own);
      return own;
    });
    node.write(f, locals);
    if (node.operands.length > 0 && (uses.get(node) ?? 0) > 1) {
      const own = f.local(node.type);
      f.tee(own);
      kept.set(node, own);
    }
  };
  write(root);
  return f;
}
