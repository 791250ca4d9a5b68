/** Plots as inline SVG, drawn in the colours of their page's style (`report-style.ts`). */
const WIDTH = 540;
const HEIGHT = 200;
const LEFT = 58;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;
const GRID_LINES = 4;
const MAX_LABELS = 8;

interface Axes {
  /** Of each step, from the left. */
  readonly labels: readonly string[];
  /** What a value of the upright axis is called. */
  readonly format: (value: number) => string;
  /** The top of the upright axis where the values themselves do not say. */
  readonly top?: number;
}

/** Bars of parts that stand on each other. `parts[i][k]` is part `k` of step `i`. */
export function stackedBars(
  plot: Axes & { parts: readonly (readonly number[])[]; classes: readonly string[]; titles: readonly string[] },
): string {
  const sums = plot.parts.map((parts) => parts.reduce((a, b) => a + b, 0));
  const top = plot.top ?? niceTop(Math.max(0, ...sums));
  const slot = (WIDTH - LEFT - RIGHT) / Math.max(1, plot.parts.length);
  const bars = plot.parts.map((parts, i) => {
    let below = 0;
    const rects = parts.map((value, k) => {
      const y = yOf(below + value, top);
      const height = yOf(below, top) - y;
      below += value;
      if (value === 0) return '';
      const x = n(LEFT + i * slot + slot * 0.12);
      return `<rect class="${plot.classes[k] ?? ''}" x="${x}" y="${n(y)}" width="${n(slot * 0.76)}" height="${n(height)}"/>`;
    });
    return `<g><title>${escapeText(plot.titles[i] ?? '')}</title>${rects.join('')}</g>`;
  });
  return framed(plot, top, bars.join(''));
}

/** Lines over the steps; a step without a value breaks its line. */
export function lines(
  plot: Axes & { series: readonly { class: string; name: string; values: readonly (number | null)[] }[] },
): string {
  const every = plot.series.flatMap((one) => one.values).filter((value) => value !== null);
  const top = plot.top ?? niceTop(Math.max(0, ...every));
  const slot = (WIDTH - LEFT - RIGHT) / Math.max(1, plot.labels.length);
  const drawn = plot.series.map(({ class: look, name, values }) => {
    const points = values.map((value, i) =>
      value === null ? null : { x: LEFT + (i + 0.5) * slot, y: yOf(value, top), value, i },
    );
    const path = points
      .map((point, i) => (point === null ? '' : `${points[i - 1] == null ? 'M' : 'L'}${n(point.x)} ${n(point.y)}`))
      .join('');
    const dots = points.map((point) => {
      if (point === null) return '';
      const title = escapeText(`${plot.labels[point.i] ?? ''}, ${name}: ${plot.format(point.value)}`);
      return `<circle class="${look}" cx="${n(point.x)}" cy="${n(point.y)}" r="3"><title>${title}</title></circle>`;
    });
    return `<path class="${look}" d="${path}"/>${dots.join('')}`;
  });
  return framed(plot, top, drawn.join(''));
}

function framed({ labels, format }: Axes, top: number, drawn: string): string {
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, i) => {
    const value = (top * i) / GRID_LINES;
    const y = n(yOf(value, top));
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/><text x="${LEFT - 8}" y="${y}" dy="4" text-anchor="end">${escapeText(format(value))}</text>`;
  });
  const slot = (WIDTH - LEFT - RIGHT) / Math.max(1, labels.length);
  const every = Math.max(1, Math.ceil(labels.length / MAX_LABELS));
  const names = labels.map((label, i) =>
    i % every === 0
      ? `<text x="${n(LEFT + (i + 0.5) * slot)}" y="${HEIGHT - 8}" text-anchor="middle">${escapeText(label)}</text>`
      : '',
  );
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><g class="grid">${grid.join('')}${names.join('')}</g>${drawn}</svg>`;
}

function yOf(value: number, top: number): number {
  return HEIGHT - BOTTOM - (Math.min(value, top) / top) * (HEIGHT - TOP - BOTTOM);
}

/** The least of 4, 8, 20, 40, 80 … that holds a value, so that grid lines stand at whole figures. */
function niceTop(value: number): number {
  for (let power = 4; ; power *= 10) {
    const fitting = [power, power * 2, power * 5].find((top) => top >= value);
    if (fitting !== undefined) return fitting;
  }
}

function n(value: number): number {
  return Math.round(value * 100) / 100;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
