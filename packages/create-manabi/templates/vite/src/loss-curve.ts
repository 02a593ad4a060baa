/** A point of the curve: a step of the training and its loss. */
interface Point {
  readonly step: number;
  readonly loss: number;
}

/**
 * Draws a curve of the loss into an SVG element, on a logarithmic scale.
 *
 * @returns a function that adds a point; `steps` is the number of steps at the right border
 */
export function lossCurve(svg: SVGSVGElement): (point: Point, steps: number) => void {
  const line = document.createElementNS(svg.namespaceURI, 'polyline');
  svg.replaceChildren(line);
  const { width, height } = svg.viewBox.baseVal;
  const points: Point[] = [];
  return (point, steps) => {
    points.push(point);
    const logs = points.map(({ loss }) => Math.log(Math.max(loss, 1e-6)));
    const [low, high] = [Math.min(...logs, Math.log(0.05)), Math.max(...logs)];
    const place = ({ step }: Point, i: number) => {
      const [x, y] = [(step / steps) * width, 4 + ((high - logs[i]) / (high - low)) * (height - 8)];
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    };
    line.setAttribute('points', points.map(place).join(' '));
    svg.setAttribute('aria-label', `Loss after ${point.step} of ${steps} steps: ${point.loss.toFixed(3)}`);
  };
}
