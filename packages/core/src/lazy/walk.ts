import type { LazyNode, LazyValue } from './value.ts';

let walks = 0;

/** A number that no earlier walk over the lazy graph has used. */
export function newStamp(): number {
  return ++walks;
}

/**
 * The nodes behind some nodes, themselves included, each after those that it needs. Chains of any length: there is no
 * recursion.
 *
 * @param within the node to go on to behind an operand, or null where the walk ends
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
