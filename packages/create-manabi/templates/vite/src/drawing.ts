/** Side of the images that the network takes, in pixels. */
const side = 28;
/** Side of the square inside the image that a digit fills in MNIST, in pixels. */
const digitSide = 20;

/**
 * Lets the user draw on a canvas with a mouse, a pen or a finger.
 *
 * @param onChange called after each change
 * @returns a function that clears the canvas
 */
export function makeDrawable(canvas: HTMLCanvasElement, onChange: () => void): () => void {
  const pen = contextOf(canvas);
  pen.lineWidth = canvas.width / 14;
  pen.lineCap = pen.lineJoin = 'round';
  pen.strokeStyle = '#fff';

  const lineTo = ({ offsetX, offsetY }: PointerEvent): void => {
    const scale = canvas.width / canvas.clientWidth;
    pen.lineTo(offsetX * scale, offsetY * scale);
    pen.stroke();
    onChange();
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    lineTo(event);
    lineTo(event); // a dot, if the pointer does not move
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0) lineTo(event);
  });
  return () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    onChange();
  };
}

/**
 * Returns a drawing as an image of MNIST: 28 by 28 pixels from 0 to 255, in which the digit fills 20 by 20 pixels and its
 * center of mass is in the middle. Returns null if the canvas is empty.
 */
export function pixelsOf(canvas: HTMLCanvasElement): Uint8Array | null {
  const ink = inkOf(canvas);
  const { left, top, width, height } = boxOf(ink, canvas.width);
  if (width <= 0) return null;
  const scale = digitSide / Math.max(width, height);
  const draw = (x: number, y: number): Uint8Array => {
    const image = new OffscreenCanvas(side, side);
    const context = contextOf(image);
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvas, left, top, width, height, x, y, width * scale, height * scale);
    return inkOf(image);
  };
  const middle = centerOf(draw(0, 0));
  return draw(side / 2 - middle.x, side / 2 - middle.y);
}

/** Returns how opaque each pixel is, from 0 to 255. */
function inkOf(canvas: HTMLCanvasElement | OffscreenCanvas): Uint8Array {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]);
}

/** Returns the smallest box around all ink. The width of an empty drawing is not positive. */
function boxOf(ink: Uint8Array, width: number) {
  let [left, top, right, bottom] = [width, width, -1, -1];
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { left, top, width: right + 1 - left, height: bottom + 1 - top };
}

function centerOf(ink: Uint8Array) {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    sum += ink[i];
    x += ink[i] * ((i % side) + 0.5);
    y += ink[i] * (Math.floor(i / side) + 0.5);
  }
  return { x: x / sum, y: y / sum };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D;
function contextOf(
  canvas: HTMLCanvasElement | OffscreenCanvas,
): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
function contextOf(canvas: HTMLCanvasElement | OffscreenCanvas) {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser cannot draw on a canvas.');
  return context;
}
