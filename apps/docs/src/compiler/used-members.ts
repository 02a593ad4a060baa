import { isNode } from './imports-of.ts';

/**
 * Returns the members of a name that a program uses, such as `dense` and `conv2d` for `layers`.
 *
 * @param body statements of the program, without the import of the name
 * @returns null if the program uses the name in another way than `name.member`
 */
export function usedMembers(body: readonly unknown[], name: string): ReadonlySet<string> | null {
  const members = new Set<string>();
  let isOtherwiseUsed = false;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const element of value) visit(element);
      return;
    }
    if (!isNode(value)) return;
    if (value.type === 'Identifier' && 'name' in value && value.name === name) isOtherwiseUsed = true;
    const isComputed = 'computed' in value && value.computed === true;
    if (value.type === 'MemberExpression' && 'object' in value && 'property' in value) {
      const { object, property } = value;
      const isMember = isNode(object) && object.type === 'Identifier' && 'name' in object && object.name === name;
      if (isMember && !isComputed && isNode(property) && 'name' in property) members.add(String(property.name));
      else visit(object);
      if (isComputed) visit(property);
      return;
    }
    for (const [field, child] of Object.entries(value)) {
      // The names of properties and methods; in `{ layers }`, the value is the variable.
      if (field === 'key' && !isComputed) continue;
      visit(child);
    }
  };
  visit(body);
  return isOtherwiseUsed ? null : members;
}
