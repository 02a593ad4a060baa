import type { CodeEditor } from '../editor/code-editor.ts';
import type { LibraryUrls } from './library-urls.ts';

/** A program that can run: the address of its module, and how to free it. */
export interface CompiledProgram {
  readonly url: string;
  release(): void;
}

/** The code of a program: a highlighted block of the page, which an editor replaces once the reader edits it. */
export class CodeView {
  readonly #block: HTMLElement;
  readonly #name: string;
  readonly #label: string;
  #editor: CodeEditor | null = null;

  /**
   * @param block the element with the highlighted code and the attribute `data-program`
   * @param name name of the program in stacks
   * @param label accessible name of the editor
   */
  constructor(block: HTMLElement, name: string, label: string) {
    this.#block = block;
    this.#name = name;
    this.#label = label;
  }

  get isEdited(): boolean {
    return this.#editor !== null;
  }

  /** The text that runs: that of the editor, or of the block in the page. */
  get text(): string {
    return this.#editor?.text ?? this.original;
  }

  /** The text of the block in the page. */
  get original(): string {
    return this.#block.querySelector('pre code')?.textContent ?? '';
  }

  /** The files of the library that the program of the page needs besides those of the worker. */
  get files(): readonly string[] {
    return this.#block.dataset.files?.split(' ').filter(Boolean) ?? [];
  }

  /** Replaces the block by an editor. */
  async edit(): Promise<void> {
    const { createEditor } = await import('../editor/code-editor.ts');
    this.#editor = createEditor(this.text, this.#label);
    for (const child of this.#block.children) child.toggleAttribute('hidden', true);
    this.#block.append(this.#editor.root);
    this.#editor.focus();
  }

  /** Replaces the editor by the block of the page. */
  reset(): void {
    this.#editor?.remove();
    this.#editor = null;
    for (const child of this.#block.children) child.toggleAttribute('hidden', false);
    this.markLine(null);
  }

  /** Marks the line of an error; null removes the mark. */
  markLine(line: number | null): void {
    this.#editor?.markLine(line);
    const lines = this.#block.querySelectorAll('pre code .line');
    for (const [i, each] of lines.entries()) each.classList.toggle('error-line', i + 1 === line);
  }

  /**
   * Compiles the code. The page has a compiled form of the code that it shows; the compiler is downloaded for edited code.
   *
   * @throws CompileError for an error in the code
   */
  async compile(library: LibraryUrls): Promise<CompiledProgram> {
    const { program } = this.#block.dataset;
    if (!this.isEdited && program !== undefined) return { url: library.program(program), release: () => {} };
    const [{ compile }, table] = await Promise.all([import('../compiler/compile.ts'), library.exports()]);
    const code = compile(this.text, {
      resolve: library.module,
      name: this.#name,
      metaUrl: library.edited,
      library: { table, urlOf: library.file },
    });
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return { url, release: () => URL.revokeObjectURL(url) };
  }
}
