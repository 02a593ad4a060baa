import type { LazyNode, LazyValue } from './value.ts';

let walks = 0;

/** Returns a number that identifies a new walk over the lazy graph. */
export function newStamp(): number {
  return ++walks;
}

/**
 * Returns the given nodes and all nodes they depend on, in topological order. The walk is not recursive, because long
 * chains would overflow the stack.
 *
 * @param within function that returns the node that computes an operand, or null if the walk must end at the operand
 */
export function walk(
  roots: readonly LazyNode[],
  within: (operand: LazyValue) => LazyNode | null,
  stamp = newStamp(),
): LazyNode[] {
  const order: LazyNode[] = [];
  const stack: LazyNode[] = [];
  const enter = (node: LazyNode) => {
    node.stamp = stamp;
    node.cursor = 0;
    stack.push(node);
  };
  for (const root of roots) {
    if (root.stamp !== stamp) enter(root);
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (node.cursor === node.operands.length) {
        order.push(node);
        stack.pop();
        continue;
      }
      const next = within(node.operands[node.cursor++]);
      if (next !== null && next.stamp !== stamp) enter(next);
    }
  }
  return order;
}
