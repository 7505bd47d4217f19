import uPlot from 'uplot';
import { paddedRange, spread } from '../../agent/scale';
import type { Curve, ReferenceLine } from '../lab/curve';
import type { ChartTheme } from './theme';

export interface LossPlotData {
  readonly curve: Curve;
  /** The best experiment's curve with the same seed, drawn quietly behind. */
  readonly rival: Curve | null;
  readonly lines: readonly ReferenceLine[];
  /** Where the x axis ends at least. */
  readonly end: number | null;
}

export interface LossPlotOptions {
  readonly element: HTMLElement;
  readonly theme: ChartTheme;
  readonly logarithmic: boolean;
  /** Tells the point under the pointer, or null when it leaves. */
  onHover(point: { readonly x: number; readonly y: number } | null): void;
}

const LABEL_HEIGHT = 15;
const EMPTY: uPlot.AlignedData = [[0], [null], [null], [null]];

/** The loss curve on a canvas, by uPlot; knows no React. */
export class LossPlot {
  readonly #plot: uPlot;
  readonly #theme: ChartTheme;
  #data: LossPlotData = {
    curve: { x: [], raw: [], smooth: [] },
    rival: null,
    lines: [],
    end: null,
  };
  #logarithmic: boolean;

  constructor({ element, theme, logarithmic, onHover }: LossPlotOptions) {
    this.#theme = theme;
    this.#logarithmic = logarithmic;
    const axis: uPlot.Axis = {
      stroke: theme.soft,
      font: theme.font,
      grid: { stroke: theme.rule, width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: Math.max(50, element.clientWidth),
        height: Math.max(50, element.clientHeight),
        padding: [10, 10, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          points: { size: 7, width: 0, fill: theme.accent },
        },
        scales: {
          x: { time: false, distr: logarithmic ? 3 : 1, range: () => this.#rangeX() },
          y: { range: () => this.#rangeY() },
        },
        axes: [
          { ...axis, grid: { show: false }, size: 28, gap: 6 },
          { ...axis, size: 36, gap: 6, space: 44 },
        ],
        series: [
          {},
          { stroke: theme.soft, alpha: 0.6, width: 1.5, spanGaps: true, points: { show: false } },
          {
            stroke: theme.accent,
            alpha: 0.3,
            width: 1,
            spanGaps: true,
            points: { show: false },
          },
          { stroke: theme.accent, width: 2, spanGaps: true, points: { show: false } },
        ],
        hooks: {
          drawAxes: [(plot) => this.#drawLines(plot)],
          draw: [(plot) => this.#drawLabels(plot)],
          setCursor: [(plot) => onHover(pointAt(plot, plot.cursor.idx))],
        },
      },
      EMPTY,
      element,
    );
  }

  show(data: LossPlotData): void {
    this.#data = data;
    const { curve, rival } = data;
    if (curve.x.length === 0 && !rival) {
      this.#plot.setData(EMPTY);
      return;
    }
    const own: uPlot.AlignedData = [[...curve.x], [...curve.raw], [...curve.smooth]];
    const other: uPlot.AlignedData = [[...(rival?.x ?? [])], [...(rival?.smooth ?? [])]];
    this.#plot.setData(uPlot.join([other, own]));
  }

  resize(width: number, height: number): void {
    this.#plot.setSize({ width: Math.max(50, width), height: Math.max(50, height) });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #rangeX(): [number, number] {
    const { curve, rival, end } = this.#data;
    const last = Math.max(end ?? 0, curve.x.at(-1) ?? 0, rival?.x.at(-1) ?? 0) || 1;
    if (!this.#logarithmic) return [0, last];
    const first = Math.min(curve.x[0] ?? Infinity, rival?.x[0] ?? Infinity, last / 10);
    return [first > 0 ? first : last / 1000, last];
  }

  #rangeY(): [number, number] {
    const { curve, rival, lines } = this.#data;
    return paddedRange(
      [...lines.map((line) => line.value), ...curve.smooth, ...(rival?.smooth ?? [])],
      0.05,
    );
  }

  #drawLines(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const line of this.#data.lines) {
      const y = Math.round(plot.valToPos(line.value, 'y', true)) + 0.5;
      ctx.beginPath();
      ctx.strokeStyle = line.kind === 'best' ? this.#theme.accent : this.#theme.soft;
      ctx.lineWidth = devicePixelRatio;
      const dash = line.kind === 'entropy' ? [] : [4, 4];
      ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Each line's name and value at its right end, above the line, over a halo of the page's colour. */
  #drawLabels(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const lines = [...this.#data.lines].sort((a, b) => b.value - a.value);
    const wanted = lines.map((line) => plot.valToPos(line.value, 'y', true) - 4 * ratio);
    const placed = spread(wanted, LABEL_HEIGHT * ratio, bbox.top + bbox.height - 2 * ratio);
    ctx.save();
    ctx.font = this.#theme.font.replace('12px', `${12 * ratio}px`);
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.lineJoin = 'round';
    lines.forEach((line, i) => {
      const text = `${line.label}  ${line.value.toFixed(2)}`;
      ctx.strokeStyle = this.#theme.paper;
      ctx.lineWidth = 4 * ratio;
      ctx.strokeText(text, bbox.left + bbox.width, placed[i]!);
      ctx.fillStyle = line.kind === 'best' ? this.#theme.accent : this.#theme.soft;
      ctx.fillText(text, bbox.left + bbox.width, placed[i]!);
    });
    ctx.restore();
  }
}

function pointAt(plot: uPlot, index: number | null | undefined): { x: number; y: number } | null {
  if (index === null || index === undefined) return null;
  const x = plot.data[0][index];
  const y = plot.data[3]?.[index];
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null;
}
