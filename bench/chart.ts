import type { Measured, ModelResult } from './measure';
import { ratioOf } from './ratios';
import { digits } from './report';

const WIDTH = 900;
const LABELS = 380;
const FIGURES = 150;
const ROW = 26;
const HEADING = 44;
const MARGIN = 16;

const CAPTION_LINE = 15;

/**
 * Milliseconds a step of every contender as bars on a logarithmic scale, a whisker from min to max; bars of mixed
 * precision are pale. The caption is followed by what this lab and PyTorch ran on, and by how to read it all.
 */
export function chartOf(results: readonly ModelResult[], caption: string): string {
  const all = results.flatMap(({ measured }) => measured.map(({ milliseconds }) => milliseconds));
  const low = 10 ** Math.floor(Math.log10(Math.min(...all.map(({ min }) => min), 1000)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...all.map(({ max }) => max), low * 10)));
  const x = (milliseconds: number) =>
    LABELS +
    ((WIDTH - LABELS - FIGURES) * Math.log(Math.max(milliseconds, low) / low)) /
      Math.log(high / low);

  let y = MARGIN;
  const parts: string[] = [];
  for (const result of results) {
    parts.push(
      `<text x="${MARGIN}" y="${y + 22}" class="heading">${escaped(`${result.model.name}: ${result.model.title}`)}</text>`,
    );
    y += HEADING;
    for (const measured of result.measured) {
      parts.push(bar(measured, result, y, x));
      y += ROW;
    }
    y += MARGIN;
  }
  const lines = [caption, ...devicesOf(results), reading(results)];
  for (const line of lines) {
    parts.push(`<text x="${MARGIN}" y="${y + 10}" class="caption">${escaped(line)}</text>`);
    y += CAPTION_LINE;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 9}" role="img">
<title>Milliseconds for one training step</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #222 }
  .heading { font-weight: 600; font-size: 14px }
  .caption { font-size: 11px; fill: #666 }
  .lab { fill: #2f6f9f } .peer { fill: #b9bec4 }
  .lab.mixed { fill: #86b5d6 } .peer.mixed { fill: #dfe2e5 }
  .whisker { stroke: #222; stroke-width: 1 }
</style>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function bar(
  measured: Measured,
  result: ModelResult,
  y: number,
  x: (milliseconds: number) => number,
): string {
  const { contender, milliseconds } = measured;
  const { median, min, max } = milliseconds;
  const ratio = contender.lab ? ratioOf(measured, result) : null;
  const figures = `${digits(median)} ms${ratio ? `, ${ratio.time.toFixed(1)}x` : ''}`;
  const middle = y + ROW / 2;
  const at = (value: number) => value.toFixed(1);
  return [
    `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${escaped(contender.title)}</text>`,
    `<rect x="${LABELS}" y="${y + 4}" width="${at(x(median) - LABELS)}" height="${ROW - 8}" class="${contender.lab ? 'lab' : 'peer'}${contender.precision ? ' mixed' : ''}"/>`,
    `<path d="M${at(x(min))} ${middle}H${at(x(max))}" class="whisker"/>`,
    `<text x="${at(Math.max(x(max), x(median)) + 8)}" y="${middle + 4}">${figures}</text>`,
  ].join('');
}

/** A line for each device of this lab and of PyTorch, which names the chip where there is one. */
function devicesOf(results: readonly ModelResult[]): string[] {
  const measured = results.flatMap((result) => result.measured);
  const own = measured.filter(({ contender: { lab, backend } }) => lab || backend === 'native');
  return [...new Set(own.map(({ prepared }) => prepared.device))];
}

function reading(results: readonly ModelResult[]): string {
  const mixed = results.some(({ measured }) =>
    measured.some(({ contender }) => contender.precision),
  );
  return `Less is better; the scale is logarithmic; whiskers: min to max${mixed ? '; pale: mixed precision' : ''}.`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
