/** Numbers, times and sizes as the page writes them. All of them are for people: none is parsed again. */

const MINUS = '\u2212';
const UNITS = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A score in bits per byte, to the third decimal: differences below that are noise. */
export function formatBpb(value: number): string {
  return value.toFixed(3);
}

/** A difference with its sign, in a true minus: `−0.021`, `+0.004`, `0.000`. */
export function formatDifference(value: number): string {
  const digits = Math.abs(value).toFixed(3);
  if (Number(digits) === 0) return digits;
  return `${value < 0 ? MINUS : '+'}${digits}`;
}

/** A whole number with separators: `12,345`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three significant digits and a letter: `18.2k`, `1.05M`. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  let unit = 0;
  let scaled = value;
  // 999.5 would be written as 1000 of its unit, so it moves on to the next one.
  while (Math.abs(scaled) >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = Number.isInteger(scaled) && unit === 0 ? 0 : digitsFor(scaled);
  return `${scaled.toFixed(digits)}${UNITS[unit]}`;
}

function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 99.95) return 0;
  return size >= 9.995 ? 1 : 2;
}

/** Bytes in the units of memory: `512 B`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const text = formatCompact(bytes);
  return `${text.slice(0, -1)} ${text.slice(-1)}B`;
}

/** Floating-point operations a second: `1.24 GFLOP/s`. */
export function formatFlops(perSecond: number): string {
  const text = formatCompact(perSecond);
  return /[a-zA-Z]$/.test(text) ? `${text.slice(0, -1)} ${text.slice(-1)}FLOP/s` : `${text} FLOP/s`;
}

/** A length of time: `0.8 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joinParts(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  return joinParts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function joinParts(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** How often luck alone would do as well: `p = 0.03`, `p < 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p < 0.01 ? p.toFixed(3) : p.toFixed(2)}`;
}

/** When a study began, in the visitor's own time zone: `21 Nov, 00:37`. */
export function formatMoment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `1 experiment`, `3 experiments`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Titles are plain ASCII in the history; on the page their arrows are real ones. */
export function arrows(title: string): string {
  return title.replaceAll('->', '\u2192');
}
