import { readFileSync } from 'node:fs';
import { checkParity, type ParityReport, parseParityReference } from '../model/harness/parity';
import { PRESETS } from '../model/programs';
import { loadSandbox } from '../model/sandbox/sandbox';
import { parityDevices } from './devices';
import { parse, UsageError } from './options';

const HELP = `npm run parity -- FILE [--json]
  Trains microgpt on the recorded run in FILE, on every device, and compares each loss and each gradient
  of the first step. Exits with 1 when a difference is over its bound, or a device fails.`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(
    args,
    { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    HELP,
  );
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(HELP);
  const reference = parseParityReference(JSON.parse(readFileSync(file, 'utf8')));
  const sandbox = await loadSandbox();
  const { source } = PRESETS.find(({ name }) => name === 'microgpt')!;
  const reports: ParityReport[] = [];
  const { devices, absent } = await parityDevices();
  for (const device of devices) {
    const report = await checkParity(device, sandbox, source, reference);
    device.close();
    reports.push(report);
    print(report);
  }
  for (const reason of absent) console.log(`not checked: ${reason}`);
  const passed = reports.every((report) => report.passed);
  if (values.json) console.log(JSON.stringify({ passed, reports, absent }));
  return passed ? 0 : 1;
}

function print({ device, steps, loss, gradients, tolerance, passed }: ParityReport): void {
  const rows: [string, number][] = [
    [`loss over ${steps} steps`, loss],
    ...Object.entries(gradients).map(([name, error]): [string, number] => [
      `gradient of ${name}`,
      error,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(
    `${device}: ${passed ? 'holds' : 'FAILS'} (bound ${tolerance.toExponential(0)})\n` +
      rows
        .map(([name, error]) => {
          const mark = error < tolerance ? '' : '  OVER';
          return `  ${name.padEnd(width)}  ${error.toExponential(2)}${mark}`;
        })
        .join('\n'),
  );
}
