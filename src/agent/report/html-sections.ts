import type { FileDiff } from '../program-diff';
import { scoreOf, summariesOf } from '../scores';
import type { Study } from '../study';
import { evidenceSvg } from './evidence-svg';
import type { KeptChange, ReportFacts } from './facts';
import type { FollowUpFacts } from './follow-ups';
import { type Html, html, type Part } from './markup';
import { arrows, bpb, capital, difference, plural, verdictWords } from './words';

/** A heading with what stands under it, or nothing where there is nothing to say. */
export function section(heading: string, body: Part): Html | false {
  return body === false ? false : html`<section><h2>${heading}</h2>${body}</section>`;
}

export function bullets(lines: readonly string[]): Html | false {
  return (
    lines.length > 0 && html`<ul class="plain">${lines.map((line) => html`<li>${line}</li>`)}</ul>`
  );
}

/** The numbers that a reader looks for first. */
export function figures({ result, counts, entropyBpb }: ReportFacts): Html {
  const cells: [string, string, string][] = [
    ['Baseline', result ? bpb(result.baseline) : '\u2013', 'bits per byte'],
    ['Best', result ? bpb(result.final) : '\u2013', 'bits per byte'],
    [
      'Gained',
      result ? bpb(result.baseline - result.final) : '\u2013',
      result?.closed != null
        ? `${Math.round(100 * result.closed)}% of the way to the entropy, ${bpb(entropyBpb)}`
        : 'bits per byte',
    ],
    ['Kept', String(counts.kept), `of ${plural(counts.experiments, 'experiment')}`],
    [
      'Trials',
      String(counts.trials),
      counts.voidTrials > 0 ? `${counts.voidTrials} disturbed and run again` : 'none disturbed',
    ],
  ];
  return html`<dl class="figures">${cells.map(([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`)}</dl>`;
}

export function caption({ climbs, entropyBpb }: ReportFacts): string {
  const parts = [
    'The line is the best score so far, in bits per byte; each dot is an experiment at the level that its paired difference puts it: filled where it was kept, hollow where luck is not ruled out, a cross where it crashed.',
  ];
  if (climbs.length > 1) {
    parts.push(
      'The dashed line is the study beside it. Both run along the trials that they spent, and begin at the mean of their baselines.',
    );
  }
  if (entropyBpb !== null) {
    parts.push('The dotted line is the entropy of the text: no model can go below it.');
  }
  return parts.join(' ');
}

export function keptList(kept: readonly KeptChange[]): Html {
  return html`<ol class="kept">${kept.map(({ experiment, diff, best }) => {
    const { number, title, hypothesis, verdict, researcher } = experiment;
    const simpler = verdict?.ground === 'simpler' ? ', for being simpler' : '';
    return html`<li><h3>${arrows(title)}</h3>
<p class="soft">Experiment ${number}, by ${researcher}${simpler}; best then ${bpb(best)} bits per byte</p>
<p>${hypothesis}</p>
<p>${capital(verdict?.reason ?? '')}.</p>
${verdict && evidenceSvg(verdict.evidence)}
${diff.length > 0 && html`<details><summary>What it changed</summary>${diff.map(diffBlock)}</details>`}</li>`;
  })}</ol>`;
}

export function diffBlock({ file, added, removed, lines }: FileDiff): Html {
  return html`<p class="soft">${file}, ${plural(added, 'line')} added, ${plural(removed, 'line')} removed</p>
<div class="diff">${lines.map((line) =>
    line.kind === 'gap'
      ? html`<span class="gap">\u22ee ${plural(line.lines, 'line')}</span>`
      : html`<span class="${line.kind}">${SIGNS[line.kind]} ${line.text}</span>`,
  )}</div>`;
}

const SIGNS = { same: ' ', added: '+', removed: '\u2212' } as const;

/** A follow-up: gains on validation beside gains on the sealed test, where that was scored. */
export function followUpSection(followUp: FollowUpFacts): Html | false {
  const { question, extent, rows, summary, sealedTest } = followUp;
  return section(
    question,
    html`<p class="soft">${capital(extent)}.</p>
<div class="scroll"><table><thead><tr><th>change</th><th class="right">validation</th><th class="right">95% interval</th>${sealedTest && html`<th class="right">sealed test</th>`}<th>verdict</th></tr></thead>
<tbody>${rows.map(
      ({ title, mean, interval, testMean, words, trouble }) =>
        html`<tr><td>${arrows(title)}</td><td class="right">${difference(mean)}</td><td class="right">${interval ? `${difference(interval[0])} to ${difference(interval[1])}` : ''}</td>${sealedTest && html`<td class="right">${difference(testMean)}</td>`}<td>${words}${trouble && `; ${trouble}`}</td></tr>`,
    )}</tbody></table></div>
${bullets(summary)}`,
  );
}

export function experimentsTable(study: Study): Html {
  return html`<div class="scroll"><table><thead><tr><th class="right">#</th><th>change</th><th>verdict</th><th class="right">difference</th><th class="right">p</th><th class="right">trials</th><th class="right">val_bpb</th></tr></thead>
<tbody>${study.experiments.map((experiment) => {
    const { number, title, verdict, trials } = experiment;
    const score = scoreOf(experiment);
    const p = verdict?.evidence.sequential ?? verdict?.evidence.p;
    const kept = verdict?.decision === 'keep' ? 'keep-row' : 'row';
    return html`<tr class="${kept}"><td class="right">${number}</td><td>${arrows(title)}</td><td>${verdictWords(verdict)}</td><td class="right">${difference(verdict?.evidence.mean ?? null)}</td><td class="right">${p == null ? '' : p.toPrecision(2)}</td><td class="right">${trials.length}</td><td class="right">${summariesOf(experiment).length > 0 ? bpb(score) : ''}</td></tr>`;
  })}</tbody></table></div>`;
}
