import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { describeGiven, isPlainObject } from '@manabi/errors/internal';

/**
 * The tensors of a tree in the order of another tree's tensors.
 *
 * @param what the tree is called in messages: `grads`
 * @throws ManabiError `argument` if the trees are not built alike; `shape` or `dtype` if a tensor differs from the one in
 * its place; all with the path
 */
export function alignLeaves(op: string, what: string, params: unknown, other: unknown): Tensor[] {
  const found: Tensor[] = [];
  const visit = (param: unknown, part: unknown, path: string): void => {
    if (isTensor(param)) {
      if (!isTensor(part)) throw notAlike(op, what, path, 'a tensor', part);
      found.push(part);
      return;
    }
    const keys = keysOf(param);
    if (keys === null) return;
    const others = isTensor(part) ? null : keysOf(part);
    if (others === null || Array.isArray(param) !== Array.isArray(part)) {
      throw notAlike(op, what, path, Array.isArray(param) ? 'an array' : 'an object', part);
    }
    const extra = others.find((key) => !keys.includes(key));
    if (extra !== undefined) throw notAlike(op, what, join(path, extra), 'nothing', child(part, extra));
    for (const key of keys) visit(child(param, key), child(part, key), join(path, key));
  };
  visit(params, other, '');
  return found;
}

/** The keys of an object or array; null for anything else. */
function keysOf(part: unknown): string[] | null {
  return Array.isArray(part) || isPlainObject(part) ? Object.keys(part) : null;
}

function child(part: unknown, key: string): unknown {
  return typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function notAlike(op: string, what: string, path: string, expected: string, part: unknown): ManabiError {
  const given = isTensor(part) ? `${part}` : describeGiven(part);
  return new ManabiError(
    'argument',
    `${what} must be built as the parameters are, but at ${path === '' ? 'the root' : path} there is ${given} in place ` +
      `of ${expected}.`,
    { op, data: { tree: what, path } },
  );
}
