import type { Evidence } from '../study';
import { plotOf } from './evidence-plot';
import { type Html, html } from './markup';

const WIDTH = 320;
const HEIGHT = 44;

/** The evidence of a verdict, drawn: a dot for each seed, the mean and its interval, and where nothing changed. */
export function evidenceSvg(evidence: Evidence): Html | null {
  const plot = plotOf(evidence);
  if (!plot) return null;
  const x = (value: number) => (14 + value * (WIDTH - 28)).toFixed(1);
  const { zero, rows, mean, interval } = plot;
  return html`<svg class="evidence" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${plot.label}">
${zero === null ? false : html`<line class="zero" x1="${x(zero)}" x2="${x(zero)}" y1="2" y2="${HEIGHT - 14}"/>`}
${interval && html`<line class="interval" x1="${x(interval[0])}" x2="${x(interval[1])}" y1="24" y2="24"/>`}
${mean === null ? false : html`<path class="mean" transform="translate(${x(mean)} 24)" d="M0 -5L4 0L0 5L-4 0Z"/>`}
${rows.flatMap((row, i) => row.values.map((value) => html`<circle class="seed ${row.name}" cx="${x(value)}" cy="${rows.length === 1 ? 10 : 7 + 8 * i}" r="3"/>`))}
<text x="14" y="${HEIGHT - 2}">${plot.ends[0]}</text>
<text x="${WIDTH - 14}" y="${HEIGHT - 2}" text-anchor="end">${plot.ends[1]}</text>
</svg>`;
}
