import { readFileSync, writeFileSync } from 'node:fs';
import { createJsonLinesHistory } from '../agent/history/json-lines';
import { DIRECT_EVERY } from '../agent/team/options';
import { BUILTIN_TASK } from '../model/tasks/catalogue';
import { type BillOptions, billsOf } from './cost/bills';
import { keptReport, keptSpendingOf } from './cost/kept';
import { measuredStudy, type ScriptedStudy } from './cost/study';
import { reportOf } from './cost/table';
import { earlierStudy } from './earlier';
import { parse, positive, programOf, UsageError } from './options';

const HELP = `npm run cost -- [options]
  What a study with Claude costs, by model: plays a study whose replies are scripted against a server on this
  machine, measures every request that the API would get, and prices it. No key is needed and nothing is sent.
  --experiments N         experiments of the study (default 100)
  --program NAME|FOLDER   what it begins with (default gpt)
  --replies N             of the researcher for one experiment (default 10)
  --output N              tokens of a reply: thoughts, words and the call (default 800)
  --direct-every N        verdicts after which the director is asked again (default ${DIRECT_EVERY})
  --roles-model ID        a cheaper model for critic and director (default claude-haiku-4-5)
  --cached PERCENT        of the input read from the cache, in place of what the layout of the prompts gives
  --study ID              priced by what this study of the history really took, in place of a scripted one
  --history FOLDER        where studies are kept (default .loopy)
  --update FILE           puts the output between the marks of a Markdown file`;

const OPTIONS = {
  experiments: { type: 'string', default: '100' },
  program: { type: 'string', default: 'gpt' },
  replies: { type: 'string', default: '10' },
  output: { type: 'string', default: '800' },
  'direct-every': { type: 'string', default: String(DIRECT_EVERY) },
  'roles-model': { type: 'string', default: 'claude-haiku-4-5' },
  cached: { type: 'string' },
  study: { type: 'string' },
  history: { type: 'string', default: '.loopy' },
  update: { type: 'string' },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

export const MARKS = ['<!-- npm run cost -->', '<!-- end of npm run cost -->'] as const;

export async function run(args: string[]): Promise<number> {
  const { values } = parse(args, OPTIONS, HELP);
  const whole = (name: 'experiments' | 'replies' | 'output' | 'direct-every') =>
    Math.max(1, Math.round(positive(name, values[name])));
  const report =
    values.study === undefined
      ? await scriptedReport({
          scripted: {
            task: BUILTIN_TASK,
            baseline: programOf(values.program),
            experiments: whole('experiments'),
            replies: whole('replies'),
            output: whole('output'),
            directEvery: whole('direct-every'),
          },
          program: values.program,
          rolesModel: values['roles-model'],
          cached: values.cached === undefined ? null : shareOf(values.cached),
        })
      : keptReport(
          await earlierStudy(createJsonLinesHistory(values.history), values.study),
          await keptSpendingOf(values.history, values.study),
          whole('experiments'),
        );
  console.log(report);
  if (values.update !== undefined) update(values.update, report);
  return 0;
}

function shareOf(percent: string): number {
  const share = positive('cached', percent) / 100;
  if (share <= 1) return share;
  throw new UsageError('--cached needs a percentage up to 100');
}

async function scriptedReport({
  scripted,
  program,
  rolesModel,
  cached,
}: Scripted): Promise<string> {
  const asked = await measuredStudy(scripted);
  const bills = billsOf(asked, { rolesModel, cached });
  return reportOf(asked, bills, { ...scripted, program, rolesModel, cached });
}

interface Scripted extends BillOptions {
  readonly scripted: ScriptedStudy;
  readonly program: string;
}

function update(file: string, report: string): void {
  const [begin, end] = MARKS;
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new UsageError(`${file} needs the marks ${begin} and ${end}`);
  const before = text.slice(0, from + begin.length);
  writeFileSync(file, `${before}\n\n${report}\n\n${text.slice(to)}`);
}
