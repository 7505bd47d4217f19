import { TOLERANCES } from './agreement';
import { type Precision, precisionOf } from './contenders';
import type { Measured, ModelResult } from './measure';
import { ratioOf, ratioToNative, shareOfNative } from './ratios';

/** One column of a table: its title, and its text in the row of a contender ('' where nothing is known). */
interface Column {
  readonly title: string;
  of(measured: Measured, result: ModelResult): string;
}

const SPEED: readonly Column[] = [
  { title: 'ms/step', of: ({ milliseconds }) => digits(milliseconds.median) },
  {
    title: 'min - max',
    of: ({ milliseconds: { min, max } }) => `${digits(min)} - ${digits(max)}`,
  },
  { title: 'CPU s', of: ({ cpuSeconds }) => (cpuSeconds ? digits(cpuSeconds.median) : '') },
  {
    title: 'tokens/s',
    of: ({ milliseconds }, { model: { target } }) =>
      digits((1000 * target.batch * target.context) / milliseconds.median),
  },
  {
    title: 'GFLOP/s',
    of: ({ milliseconds }, { flops }) => (flops ? digits(flops / milliseconds.median / 1e6) : ''),
  },
  {
    title: 'of ceiling',
    of: ({ shareOfCeiling }) => percent(shareOfCeiling),
  },
  { title: "of PyTorch's", of: (own, result) => percent(shareOfNative(own, result)) },
  { title: 'vs best peer', of: (own, result) => times(ratioOf(own, result)?.time) },
  { title: 'by CPU', of: (own, result) => times(ratioOf(own, result)?.cpu) },
  { title: 'vs PyTorch', of: (own, result) => times(ratioToNative(own, result)?.time) },
  {
    title: 'losses off by',
    of: ({ contender: { id } }, { agreement }) => {
      const difference = agreement.differences[id]!.toExponential(1);
      return agreement.disagreeing.includes(id) ? `${difference} DIFFERS` : difference;
    },
  },
];

const ANATOMY: readonly Column[] = [
  { title: 'launches', of: ({ counts }) => (counts ? digits(counts.launches) : '') },
  { title: 'submits', of: ({ counts }) => (counts ? digits(counts.submits) : '') },
  { title: 'bind groups', of: ({ counts }) => (counts ? digits(counts.bindGroups) : '') },
  { title: 'buffers', of: ({ counts }) => (counts ? digits(counts.buffers) : '') },
  {
    title: 'JS ms',
    of: ({ scriptMilliseconds }) =>
      scriptMilliseconds === undefined ? '' : digits(scriptMilliseconds),
  },
  { title: 'pipelines', of: ({ prepared: { pipelines } }) => (pipelines ? String(pipelines) : '') },
  {
    title: 'first step s',
    of: ({ prepared }) => digits(prepared.firstStepMilliseconds / 1000),
  },
  { title: 'peak MB', of: ({ peakBytes }) => (peakBytes ? digits(peakBytes / 1e6) : '') },
  {
    title: 'least MB',
    of: ({ prepared: { plan } }) => (plan ? digits(plan.leastMemory / 1e6) : ''),
  },
  {
    title: 'held',
    of: ({ prepared: { plan } }) => (plan ? times(plan.heldBytes / plan.leastMemory) : ''),
  },
  {
    title: 'moved MB',
    of: ({ prepared: { plan } }) => (plan ? digits(plan.bytesMoved / 1e6) : ''),
  },
  {
    title: 'over products',
    of: ({ prepared: { plan } }) => (plan ? times(plan.bytesMoved / plan.productTraffic) : ''),
  },
  {
    title: 'over least',
    of: ({ prepared: { plan } }) => (plan ? times(plan.bytesMoved / plan.leastTraffic) : ''),
  },
];

const FLOATS: Readonly<Record<Precision, string>> = {
  f32: 'float32',
  f16: 'float16',
  bf16: 'bfloat16',
};

/** Two tables for one model, who is missing and why, and what the figures stand on. */
export function reportOf(result: ModelResult): string {
  const { model, measured, absent, agreement, flops } = result;
  const heading = `${model.name}: ${model.title}${flops ? ` (${(flops / 1e9).toFixed(2)} GFLOP a step)` : ''}`;
  const missing = absent.map(
    ({ contender, reason }) => `${contender.title}: not measured. ${reason}`,
  );
  const rates = measured.flatMap(({ contender, ceiling }) =>
    ceiling
      ? [
          `a matrix product of ${FLOATS[precisionOf(contender)]} beside ${contender.title}: ${digits(ceiling.median / 1e9)} GFLOP/s (${digits(ceiling.min / 1e9)} - ${digits(ceiling.max / 1e9)})`,
        ]
      : [],
  );
  return [
    heading,
    ...(measured.length > 0 ? ['', table(SPEED, result), '', table(ANATOMY, result), ''] : ['']),
    ...missing,
    ...rates,
    ...(measured.length > 1 ? [agreementLine(result)] : []),
    ...(agreement.disagreeing.length > 0
      ? [`no ratio for or against: ${agreement.disagreeing.join(', ')}`]
      : []),
  ].join('\n');
}

function agreementLine({ agreement: { difference }, measured }: ModelResult): string {
  const steps = Math.min(...measured.map(({ losses }) => losses.length));
  const found = (Object.keys(FLOATS) as Precision[]).flatMap((precision) => {
    const most = difference[precision];
    if (most === undefined) return [];
    const bound = TOLERANCES[precision];
    const side = most <= bound ? 'under' : 'OVER';
    return [
      `${FLOATS[precision]} ${most.toExponential(1)} of the loss, ${side} the bound of ${bound.toExponential(0)}`,
    ];
  });
  return `losses of the first ${steps} steps, largest differences: ${found.join('; ')}`;
}

function table(columns: readonly Column[], result: ModelResult): string {
  const rows = [
    ['', ...columns.map(({ title }) => title)],
    ...result.measured.map((measured) => [
      `${measured.contender.title} [${measured.prepared.device}]`,
      ...columns.map((column) => column.of(measured, result)),
    ]),
  ];
  const used = rows[0]!.map((_, i) => i === 0 || rows.slice(1).some((row) => row[i] !== ''));
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .filter((_, i) => used[i])
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function percent(share: number | undefined): string {
  if (!share) return '';
  return `${share < 0.1 ? digits(100 * share) : Math.round(100 * share)}%`;
}

function times(ratio: number | undefined): string {
  return ratio === undefined ? '' : `${ratio.toFixed(2)}x`;
}

/** Three digits that count. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude >= 3) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.min(4, Math.max(0, 2 - magnitude)));
}
