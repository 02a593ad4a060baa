import { ManabiError } from '@manabi/errors';
import { writeFileAtomic } from '@manabi/files';
import type { Model, RunParams } from '@manabi/layers';
import { RecordHub } from '../records/hub.ts';
import type { PageElement } from '../records/page-element.ts';
import type { DashboardRecord, RecordSink } from '../records/record.ts';
import { isNode } from '../server/node-modules.ts';
import { RecordFile } from '../server/record-file.ts';
import type { DashboardServer } from '../server/server.ts';
import { Recorder, type RecorderSettings } from './recorder.ts';

/** Shortest time in milliseconds between two waits for the event loop. */
const YIELD_INTERVAL = 50;

/** Settings of a dashboard: the options of `dashboard` with defaults filled in. */
export interface RunsSettings extends RecorderSettings {
  readonly port: number | null;
  readonly keepOpen: boolean;
  readonly print: (text: string) => void;
  readonly element: PageElement | null;
  readonly file: string | null;
  readonly sink: RecordSink | null;
  readonly run: string | null;
}

/** The trainings of a dashboard, and the places where they are shown. */
export class Runs {
  readonly #settings: RunsSettings;
  readonly #hub = new RecordHub();
  readonly #names = new Set<string>();
  #server: DashboardServer | null = null;
  /** Port of the last server: a page that is still open in a browser continues with the next training. */
  #port: number | null;
  #file: RecordFile | null = null;
  #unmount: (() => void) | null = null;
  #endStops: (() => void)[] = [];
  #lastYield = Number.NEGATIVE_INFINITY;
  /** The recorder of the training that runs now; null between trainings. */
  recorder: Recorder | null = null;

  constructor(settings: RunsSettings) {
    this.#settings = settings;
    this.#port = settings.port;
  }

  get url(): string | null {
    return this.#server?.url ?? null;
  }

  /** Opens the page and the file, and records the start of a training. */
  async begin(model: Model, params: RunParams): Promise<void> {
    await this.#open();
    const recorder = new Recorder(this.#settings, {
      run: this.#nameFor(model),
      model,
      params,
      write: (record) => this.#write(record),
      now: Date.now,
    });
    const stop = (run: string): void => {
      if (run === recorder.run && this.recorder === recorder) recorder.stop();
    };
    const end = this.#settings.sink?.onStop?.(stop);
    this.#endStops = [this.#hub.onStop(stop), ...(end === undefined ? [] : [end])];
    this.recorder = recorder;
    await recorder.begin();
  }

  /** Records the end of the training, with its error, and closes the page. */
  async end(error: unknown = null): Promise<void> {
    const { recorder } = this;
    if (recorder === null) return;
    this.recorder = null;
    for (const end of this.#endStops) end();
    this.#endStops = [];
    await recorder.end(error);
    if (!this.#settings.keepOpen) await this.#closeServer();
  }

  async close(): Promise<void> {
    await this.#closeServer();
    this.#unmount?.();
    this.#unmount = null;
  }

  async html(): Promise<string> {
    const { records } = this.#hub;
    if (records.length === 0) {
      throw new ManabiError('argument', 'The dashboard has no records yet. Pass it to fit first.', { op: 'dashboard' });
    }
    const { staticPage } = await import('../server/static-page.ts');
    return staticPage(records);
  }

  async saveHtml(path: string): Promise<void> {
    await writeFileAtomic(path, await this.html());
  }

  async #open(): Promise<void> {
    const { element, sink, file, keepOpen, print } = this.#settings;
    if (element !== null && this.#unmount === null) {
      const { mountDashboard } = await import('../view/index.ts');
      this.#unmount = mountDashboard(element, this.#hub);
    }
    if (file !== null) this.#file ??= new RecordFile(file);
    if (!isNode()) {
      if (element !== null || sink !== null) return;
      throw new ManabiError(
        'argument',
        'A dashboard outside Node requires a destination: pass { element } in a page, or { sink: workerSink() } in a worker.',
        { op: 'dashboard' },
      );
    }
    if (this.#port === null || element !== null || this.#server !== null) return;
    const { serveDashboard } = await import('../server/server.ts');
    this.#server = await serveDashboard(this.#hub, { port: this.#port, keepAlive: keepOpen });
    if (this.#port !== this.#server.port) print(`Dashboard: ${this.#server.url}`);
    else if (this.#settings.port !== 0 && this.#names.size === 0) print(`Dashboard: ${this.#server.url}`);
    this.#port = this.#server.port;
  }

  async #closeServer(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.close();
  }

  async #write(record: DashboardRecord): Promise<void> {
    this.#hub.write(record);
    await this.#settings.sink?.write(record);
    await this.#file?.write(record);
    // The training may keep the event loop busy: lets the server and the page send and draw.
    const now = performance.now();
    if (now - this.#lastYield < YIELD_INTERVAL && record.type !== 'ended') return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#lastYield = performance.now();
  }

  #nameFor({ name }: Model): string {
    const wanted = this.#settings.run ?? `${name}, ${timeText(new Date())}`;
    let free = wanted;
    for (let number = 2; this.#names.has(free); number++) free = `${wanted} (${number})`;
    this.#names.add(free);
    return free;
  }
}

/** Returns the local time as `2026-12-31 23:59:59`. */
function timeText(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
