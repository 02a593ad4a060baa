import type { BackendChoice, FromWorker, ModelFormat, ProgramError } from '../protocol/messages.ts';
import { CodeView } from './code-view.ts';
import { download } from './download.ts';
import { element } from './element.ts';
import { errorLine } from './error-line.ts';
import type { LibraryUrls } from './library-urls.ts';
import { OutputView } from './output-view.ts';
import { optionsOfEdited, type ProgramOptions } from './page-options.ts';
import { noWorker, prepareWorker, type RunningProgram, runProgram } from './program-worker.ts';
import { fill, type RunnerTexts, textsFor } from './texts.ts';

/** Settings of a program in a page. */
export interface RunnerOptions {
  /** Name of the program, such as `02-xor-layers`. */
  readonly name: string;
  /** Scalar operations of one training step, if known. */
  readonly operations: number | null;
  /** Values for the options of the program, instead of its defaults. */
  readonly options: ProgramOptions;
  readonly library: LibraryUrls;
}

/** The state of a program, which the attribute `data-state` of its element shows. */
type State = 'ready' | 'loading' | 'running' | 'done' | 'failed' | 'stopped';

/**
 * Adds buttons and output to a program in the page.
 *
 * @param root element that contains the code in `.program`, and recorded output in `.recorded`
 * @returns function that ends the program and removes what was added
 */
export function mountRunner(root: HTMLElement, options: RunnerOptions): () => void {
  const block = root.querySelector<HTMLElement>('.program');
  if (block === null) return () => {};
  const runner = new Runner(root, block, options);
  return () => runner.unmount();
}

class Runner {
  readonly #root: HTMLElement;
  readonly #options: RunnerOptions;
  readonly #texts: RunnerTexts;
  readonly #code: CodeView;
  readonly #bar: HTMLElement;
  readonly #run: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #edit: HTMLButtonElement;
  readonly #reset: HTMLButtonElement;
  readonly #backend: HTMLSelectElement;
  readonly #status = element('span', { class: 'runnable-status', role: 'status' });
  readonly #saving: HTMLElement;
  readonly #results = element('div', { class: 'runnable-results' });
  #output: OutputView | null = null;
  #program: RunningProgram | null = null;
  #started = 0;
  #usedBackend = '';
  /** Number of the current run; messages of earlier runs are ignored. */
  #number = 0;

  constructor(root: HTMLElement, block: HTMLElement, options: RunnerOptions) {
    this.#root = root;
    this.#options = options;
    const texts = textsFor(document.documentElement.lang);
    this.#texts = texts;
    this.#code = new CodeView(block, `${options.name}.ts`, texts.code);
    const button = (text: string, style: string, click: () => void) => {
      const created = element('button', { type: 'button', class: style }, [text]);
      created.addEventListener('click', click);
      return created;
    };
    this.#run = button(texts.run, 'primary', () => void this.#start());
    this.#stop = button(texts.stop, 'primary', () => this.#finish('stopped', texts.stopped));
    this.#edit = button(texts.edit, '', () => void this.#openEditor());
    this.#reset = button(texts.reset, '', () => this.#restore());
    const prepare = () => {
      options.library.preload(this.#code.files);
      prepareWorker(options.library);
    };
    for (const event of ['pointerenter', 'focus']) this.#run.addEventListener(event, prepare);
    this.#backend = element('select', {}, [
      element('option', { value: 'auto' }, [texts.automatic]),
      element('option', { value: 'cpu' }, ['cpu']),
    ]);
    if ('gpu' in navigator) this.#backend.append(element('option', { value: 'webgpu' }, ['webgpu']));
    const save = (format: ModelFormat, name: string) => button(name, '', () => this.#program?.save(format));
    this.#saving = element('span', { class: 'runnable-saving', hidden: '' }, [
      `${texts.download} `,
      save('keras', '.keras'),
      save('onnx', '.onnx'),
    ]);
    this.#bar = element('div', { class: 'runnable-bar' }, [
      this.#run,
      this.#stop,
      this.#edit,
      this.#reset,
      element('label', {}, [`${texts.backend} `, this.#backend]),
      this.#status,
      this.#saving,
    ]);
    block.after(this.#bar, this.#results);
    this.#show('ready', '');
  }

  unmount(): void {
    this.#number++;
    this.#program?.end();
    this.#code.reset();
    this.#bar.remove();
    this.#results.remove();
  }

  /** Compiles the code, and runs it in a worker. */
  async #start(): Promise<void> {
    const { library, operations, options } = this.#options;
    this.#program?.end();
    this.#program = null;
    const number = ++this.#number;
    this.#code.markLine(null);
    this.#output = new OutputView(this.#texts);
    this.#results.replaceChildren(this.#output.root);
    this.#saving.hidden = true;
    this.#started = performance.now();
    // In parallel, rather than each file when another one imports it.
    library.preload(this.#code.files);
    this.#show('loading', this.#texts.downloading);
    // The recorded output is of the original program.
    for (const recorded of this.#root.querySelectorAll<HTMLElement>('.recorded')) recorded.hidden = true;
    try {
      const { url, release } = await this.#code.compile(library);
      if (number !== this.#number) return release();
      const backend = choiceOf(this.#backend.value);
      const given = optionsOfEdited(this.#code.original, this.#code.text, options);
      const request = { type: 'run', url, backend, operations, options: given } as const;
      this.#program = runProgram(library, request, (message) => {
        if (message.type === 'done' || message.type === 'failed') release();
        if (number === this.#number) this.#receive(message);
      });
    } catch (error) {
      if (number !== this.#number) return;
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      this.#fail({ name, message, stack: '' }, lineIn(error));
    }
  }

  #receive(message: FromWorker): void {
    // Pages and tests can follow the program.
    this.#root.dispatchEvent(new CustomEvent('manabi:message', { detail: message, bubbles: true }));
    switch (message.type) {
      case 'started':
        this.#usedBackend = message.backend;
        this.#show('running', fill(this.#texts.running, { backend: message.backend }));
        this.#status.title = message.reason;
        break;
      case 'lines':
        this.#output?.addLines(message.lines);
        break;
      case 'points':
        this.#output?.addPoints(message.points);
        break;
      case 'image':
        this.#output?.addImage(message.image);
        break;
      case 'trained':
        this.#saving.hidden = false;
        break;
      case 'done':
        this.#finish('done', fill(this.#texts.done, { seconds: this.#seconds, backend: this.#usedBackend }));
        break;
      case 'failed':
        this.#fail(message.error, errorLine(message.error.stack, `${this.#options.name}.ts`));
        break;
      case 'saved':
        download(`${this.#options.name}.${message.format}`, message.bytes);
        break;
      case 'notSaved':
        this.#status.textContent = message.message;
    }
  }

  get #seconds(): string {
    return ((performance.now() - this.#started) / 1000).toFixed(1);
  }

  /** Ends a run. A program that is done keeps its worker, so that its model can be saved. */
  #finish(state: State, text: string): void {
    if (state !== 'done') {
      this.#number++;
      this.#program?.end();
      this.#program = null;
      this.#saving.hidden = true;
    }
    this.#output?.finish();
    this.#show(state, text);
    prepareWorker(this.#options.library);
  }

  #fail({ name, message }: ProgramError, line: number | null): void {
    this.#finish('failed', this.#texts.failed);
    const isMissing = message === noWorker;
    const place = line === null ? '' : `${fill(this.#texts.line, { line })}: `;
    const text = isMissing ? this.#texts.noWorker : `${place}${name}: ${message}`;
    this.#results.append(element('div', { class: 'runnable-error', role: 'alert' }, [text]));
    this.#code.markLine(line);
  }

  async #openEditor(): Promise<void> {
    this.#edit.disabled = true;
    try {
      await this.#code.edit();
    } finally {
      this.#edit.disabled = false;
      this.#show(this.#state, this.#status.textContent ?? '');
    }
  }

  /** Shows the page as it was before the first run. */
  #restore(): void {
    this.#finish('ready', '');
    this.#code.reset();
    this.#results.replaceChildren();
    for (const recorded of this.#root.querySelectorAll<HTMLElement>('.recorded')) recorded.hidden = false;
    this.#show('ready', '');
    this.#run.focus();
  }

  #state: State = 'ready';

  #show(state: State, text: string): void {
    const isRunning = state === 'loading' || state === 'running';
    const hadFocus = document.activeElement === this.#run || document.activeElement === this.#stop;
    this.#state = state;
    this.#root.dataset.state = state;
    this.#run.hidden = isRunning;
    this.#stop.hidden = !isRunning;
    this.#edit.hidden = this.#code.isEdited;
    this.#reset.hidden = state === 'ready' && !this.#code.isEdited;
    this.#status.textContent = text;
    if (hadFocus) (isRunning ? this.#stop : this.#run).focus();
  }
}

function choiceOf(value: string): BackendChoice {
  return value === 'cpu' || value === 'webgpu' ? value : 'auto';
}

/** Returns the line of an error in the code; null for other errors. */
function lineIn(error: unknown): number | null {
  return error instanceof Error && 'line' in error && typeof error.line === 'number' ? error.line : null;
}
