import { CurveSet } from '../plots/curve-set.ts';
import type { ConsoleLine, CurvePoint, ShownImage } from '../protocol/messages.ts';
import { element } from './element.ts';
import { fill, type RunnerTexts } from './texts.ts';

/** Lines that the page keeps. */
const LINES = 1000;

/** The output of a program: curves, images and lines. It is drawn at most once per animation frame. */
export class OutputView {
  readonly root: HTMLElement;
  readonly #charts = element('div', { class: 'runnable-charts' });
  readonly #images = element('div', { class: 'runnable-images' });
  readonly #console: HTMLElement;
  readonly #texts: RunnerTexts;
  readonly #curves = new CurveSet();
  readonly #canvases = new Map<string, HTMLCanvasElement>();
  #lines: ConsoleLine[] = [];
  #cut = 0;
  #changed = { lines: false, curves: false };
  #frame = 0;

  constructor(texts: RunnerTexts) {
    this.#texts = texts;
    this.#console = element('pre', {
      class: 'runnable-console',
      role: 'log',
      'aria-label': texts.output,
      tabindex: '0',
      hidden: '',
    });
    this.root = element('div', { class: 'runnable-output' }, [this.#charts, this.#images, this.#console]);
  }

  addLines(lines: readonly ConsoleLine[]): void {
    this.#lines.push(...lines.slice(-LINES));
    this.#cut += Math.max(0, lines.length - LINES);
    if (this.#lines.length > LINES) {
      this.#cut += this.#lines.length - LINES;
      this.#lines = this.#lines.slice(-LINES);
    }
    this.#changed.lines = true;
    this.#schedule();
  }

  addPoints(points: readonly CurvePoint[]): void {
    for (const point of points) this.#curves.add(point);
    this.#changed.curves = true;
    this.#schedule();
  }

  addImage({ name, width, height, pixels }: ShownImage): void {
    const canvas = this.#canvases.get(name) ?? this.#canvasFor(name);
    Object.assign(canvas, { width, height });
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }

  /** Draws what is left, with tables of the curves. */
  finish(): void {
    this.#changed = { lines: true, curves: true };
    cancelAnimationFrame(this.#frame);
    this.#draw(true);
  }

  #canvasFor(name: string): HTMLCanvasElement {
    const canvas = element('canvas', { role: 'img', 'aria-label': name });
    this.#canvases.set(name, canvas);
    this.#images.append(element('figure', {}, [canvas, element('figcaption', {}, [name])]));
    return canvas;
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw(false));
  }

  #draw(isLast: boolean): void {
    this.#frame = 0;
    if (this.#changed.curves) this.#charts.innerHTML = this.#curves.html(this.#texts, isLast);
    if (this.#changed.lines && this.#lines.length > 0) {
      const log = this.#console;
      const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
      const cut = this.#cut > 0 ? [`${fill(this.#texts.cut, { count: this.#cut })}\n`] : [];
      log.replaceChildren(
        ...cut,
        ...this.#lines.map(({ level, text }) =>
          level === 'log' ? `${text}\n` : element('span', { class: `console-${level}` }, [`${text}\n`]),
        ),
      );
      log.hidden = false;
      if (isAtEnd) log.scrollTop = log.scrollHeight;
    }
    this.#changed = { lines: false, curves: false };
  }
}
