/** Position at which the code of a step is inserted. `line` is the beginning of a line, without indentation. */
export type Location = { readonly kind: 'newFile' } | { readonly kind: 'after' | 'in place of'; readonly line: string };

/** One code block of a guide, with the file and the position to insert it at. */
export interface Step {
  /** Name of the step in error messages: `CONTRIBUTING.md, "Add an operator", step 3 (line 120)`. */
  readonly name: string;
  /** Path relative to the root of the repository. */
  readonly file: string;
  readonly location: Location;
  readonly code: string;
}

const EDIT = /`([^`]+\.ts)`, (after|in place of) `([^`]+)`:$/;
const NEW_FILE = /`([^`]+\.ts)`, a new file:$/;

/**
 * Returns the steps of a guide: every TypeScript block of a section. The line above a block is the instruction, and
 * ends in `` `path/x.ts`, after `erf: None;`: ``, in `` `path/x.ts`, in place of `import …`: ``, or in
 * `` `path/x.ts`, a new file: ``.
 *
 * @param heading second-level heading of the section
 * @throws Error if the section is missing, or a block has no instruction
 */
export function stepsOf(markdown: string, heading: string): readonly Step[] {
  const lines = markdown.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) throw new Error(`CONTRIBUTING.md has no section "${heading}". Update the heading in the test.`);
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
 * Applies a step to the text of a file and returns the new text. Inserted lines get the indentation of the line that the
 * step refers to.
 *
 * @throws Error that names the step if that line is missing or ambiguous
 */
export function applyStep({ name, file, location, code }: Step, source: string): string {
  if (location.kind === 'newFile') return `${code}\n`;
  const lines = source.split('\n');
  const found = lines.flatMap((line, at) => (line.trimStart().startsWith(location.line) ? [at] : []));
  if (found.length !== 1) {
    throw new Error(
      `${name} is stale: expected one line in ${file} that begins with "${location.line}", got ${found.length}.`,
    );
  }
  const [at] = found;
  const indentation = lines[at].slice(0, lines[at].length - lines[at].trimStart().length);
  const added = code.split('\n').map((line) => (line === '' ? line : indentation + line));
  const isAfter = location.kind === 'after';
  lines.splice(isAfter ? at + 1 : at, isAfter ? 0 : 1, ...added);
  return lines.join('\n');
}

function targetOf(instruction: string, name: string): Pick<Step, 'file' | 'location'> {
  const edit = EDIT.exec(instruction);
  if (edit !== null) {
    const [, file, kind, line] = edit;
    return { file, location: { kind: kind === 'after' ? 'after' : 'in place of', line } };
  }
  const created = NEW_FILE.exec(instruction);
  if (created !== null) return { file: created[1], location: { kind: 'newFile' } };
  throw new Error(
    `${name} has no instruction in the line above it: expected a file and a position, got "${instruction}".`,
  );
}
