import { join } from 'node:path';
import { entryPoints, type Published } from '../published.ts';
import { type Declaration, type DeclarationFile, readDeclarationFile } from './declaration-file.ts';
import { cached, exportsOf, localTarget, type ReadDeclarations, type Target } from './targets.ts';

/**
 * Describes all exports of a package: each declaration as TypeScript emitted it, by name, without comments. Types that
 * are not exported follow if declarations of exports refer to them.
 *
 * @param published package to describe, already built
 * @returns text for its `api.md`
 */
export function describeApi({ name, folder, manifest }: Published): string {
  const read = cached(readDeclarationFile);
  const sections = entryPoints(manifest).map((entry) => {
    const target = manifest.exports?.[`.${entry.slice(name.length)}`];
    const types = typeof target === 'object' ? target.types : undefined;
    if (types === undefined) throw new Error(`${name}: the entry point ${entry} has no types in package.json.`);
    return `## ${entry}\n\n\`\`\`ts\n${describeEntry(read(join(folder, types)), read)}\n\`\`\`\n`;
  });
  return [
    `# What ${name} exports\n`,
    'Written by `npm run api`; changes here are changes for users.\n',
    ...sections,
  ].join('\n');
}

function describeEntry(entry: DeclarationFile, read: ReadDeclarations): string {
  const lines: string[] = [];
  const shown = new Set<string>();
  const named: Target[] = [];

  const show = (target: Target, as: string, indent: string): void => {
    if (target.kind === 'foreign') {
      const { name, from } = target;
      const what = name === null ? `* as ${as}` : `{ ${name === as ? as : `${name} as ${as}`} }`;
      lines.push(`${indent}export ${what} from '${from}';`);
    } else if (target.kind === 'namespace') {
      lines.push(`${indent}namespace ${as} {`);
      showAll(target.file, `${indent}    `);
      lines.push(`${indent}}`);
    } else {
      const id = `${target.file.path} ${target.name}`;
      if (as !== target.name) lines.push(`${indent}// ${as} is:`);
      if (shown.has(id)) {
        lines.push(`${indent}// ${target.name}: above`);
        return;
      }
      shown.add(id);
      for (const { text, names } of declarations(target)) {
        lines.push(text.replace(/^/gm, indent));
        for (const name of names) {
          const other = localTarget(target.file, name, read);
          if (other) named.push(other);
        }
      }
    }
  };
  const showAll = (file: DeclarationFile, indent: string): void => {
    const { targets, foreignStars } = exportsOf(file, read);
    for (const from of foreignStars) lines.push(`${indent}export * from '${from}';`);
    for (const [name, target] of [...targets].sort(byName)) show(target, name, indent);
  };

  showAll(entry, '');
  const exportedCount = lines.length;
  for (let target = named.shift(); target; target = named.shift()) {
    if (target.kind !== 'declared' || shown.has(`${target.file.path} ${target.name}`)) continue;
    if (lines.length === exportedCount) lines.push('', '// Not exported, and named above:');
    show(target, target.name, '');
  }
  return lines.join('\n');
}

function declarations({ file, name }: Target & { kind: 'declared' }): readonly Declaration[] {
  const found = file.declared.get(name);
  if (!found) throw new Error(`${file.path} does not declare ${name}.`);
  return found;
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
