/** Where the code of a step goes. Lines are named by how they begin, indentation aside. */
export type Place = { readonly kind: 'newFile' } | { readonly kind: 'after' | 'in place of'; readonly line: string };

/** One block of code of a guide, with the file and the place in it that it is meant for. */
export interface Step {
  /** Names the step in errors: `CONTRIBUTING.md, "Add an operator", step 3 (line 120)`. */
  readonly name: string;
  /** Path from the root of the repository. */
  readonly file: string;
  readonly place: Place;
  readonly code: string;
}

const EDIT = /`([^`]+\.ts)`, (after|in place of) `([^`]+)`:$/;
const NEW_FILE = /`([^`]+\.ts)`, a new file:$/;

/**
 * The steps of a guide: every block of TypeScript in a section. The line above a block says what to do with it, in
 * words for people: `` `path/x.ts`, after `erf: None;`: ``, `` `path/x.ts`, in place of `import …`: `` or
 * `` `path/x.ts`, a new file: ``.
 *
 * @param heading of the section, at the second level
 * @throws Error if there is no such section, or a block does not say where it goes
 */
export function stepsOf(markdown: string, heading: string): readonly Step[] {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) throw new Error(`CONTRIBUTING.md has no section "${heading}".`);
  const steps: Step[] = [];
  let instruction = '';
  for (let at = start + 1; at < lines.length && !lines[at].startsWith('## '); at++) {
    const [, fence, language] = /^(`{3,})(\w*)$/.exec(lines[at]) ?? [];
    if (fence === undefined) {
      if (lines[at] !== '') instruction = lines[at];
      continue;
    }
    const end = lines.indexOf(fence, at + 1);
    if (language === 'ts') {
      const name = `CONTRIBUTING.md, "${heading}", step ${steps.length + 1} (line ${at + 1})`;
      steps.push({ name, ...targetOf(instruction, name), code: lines.slice(at + 1, end).join('\n') });
    }
    at = end;
  }
  return steps;
}

/**
 * A file with a step carried out; inserted lines are indented as the line that they are placed by.
 *
 * @throws Error naming the step if its place is not there, or is not the only one of its kind
 */
export function carryOut({ name, file, place, code }: Step, source: string): string {
  if (place.kind === 'newFile') return `${code}\n`;
  const lines = source.split('\n');
  const found = lines.flatMap((line, at) => (line.trimStart().startsWith(place.line) ? [at] : []));
  if (found.length !== 1) {
    throw new Error(
      `${name} is stale: ${file} has ${found.length} lines that begin with "${place.line}" instead of one.`,
    );
  }
  const [at] = found;
  const indentation = lines[at].slice(0, lines[at].length - lines[at].trimStart().length);
  const added = code.split('\n').map((line) => (line === '' ? line : indentation + line));
  const isAfter = place.kind === 'after';
  lines.splice(isAfter ? at + 1 : at, isAfter ? 0 : 1, ...added);
  return lines.join('\n');
}

function targetOf(instruction: string, name: string): Pick<Step, 'file' | 'place'> {
  const edit = EDIT.exec(instruction);
  if (edit !== null) {
    const [, file, kind, line] = edit;
    return { file, place: { kind: kind === 'after' ? 'after' : 'in place of', line } };
  }
  const created = NEW_FILE.exec(instruction);
  if (created !== null) return { file: created[1], place: { kind: 'newFile' } };
  throw new Error(`${name} does not say in the line above it where its code goes: ${instruction}`);
}
