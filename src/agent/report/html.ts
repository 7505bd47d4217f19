import type { Study } from '../study';
import { factsOf, type ReportOptions } from './facts';
import {
  bullets,
  caption,
  diffBlock,
  experimentsTable,
  figures,
  followUpSection,
  keptList,
  section,
} from './html-sections';
import { Html, html } from './markup';
import { staircaseSvg } from './staircase-svg';
import { STYLE } from './style';
import { arrows, capital, METHOD, moment, plural, summaryOf, taskInWords } from './words';

/** The lab's own text: it holds no value of anybody's. */
const STYLE_SHEET = new Html(STYLE);

/**
 * A study as a page of its own: one file, no script, nothing fetched. What programs, logs and researchers wrote is
 * escaped, and the page's own policy forbids a browser to run or fetch anything.
 */
export function reportHtml(study: Study, options: ReportOptions = {}): string {
  const facts = factsOf(study, options);
  const { counts, climbs } = facts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${study.task.name}: report of ${study.id}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<header>
<p class="kicker">Study report &middot; Loopy Lab</p>
<h1>${study.task.name}: ${counts.kept === 0 ? 'nothing kept' : `${plural(counts.kept, 'change')} kept`} of ${plural(counts.experiments, 'experiment')}</h1>
<p class="soft">${taskInWords(study.task, study.task.budget)}. ${study.device}. Begun ${moment(study.createdAt)}.</p>
</header>
${figures(facts)}
<p>${summaryOf(facts)}</p>
<figure>${staircaseSvg(climbs, facts.entropyBpb)}
<figcaption>${caption(facts)}</figcaption></figure>
${section('What was kept, and why', counts.kept > 0 && keptList(facts.kept))}
${section('How sure it is', html`<p>${METHOD}</p>${bullets(facts.noise.map(capital))}`)}
${facts.followUps.map(followUpSection)}
${section('What was learned', facts.lessons.length + study.insights.length > 0 && html`${bullets(study.insights.map(({ author, text }) => `${capital(author)}: ${text}`))}${bullets(facts.lessons.map(arrows))}`)}
${section(
  'Near misses',
  facts.nearMisses.length > 0 &&
    bullets(
      facts.nearMisses.map((e) => `#${e.number} ${arrows(e.title)}: ${e.verdict?.reason ?? ''}`),
    ),
)}
${section('The final program against the baseline', facts.finalDiff.length > 0 ? facts.finalDiff.map(diffBlock) : html`<p>It is the baseline.</p>`)}
${section('Every experiment', experimentsTable(study))}
${section('The brief', study.brief.trim() !== '' && html`<pre class="brief">${study.brief}</pre>`)}
<footer>Study ${study.id}, task ${study.taskId}. Made by Loopy Lab from the study's own log; scores are of this task on this device and no other.</footer>
</body>
</html>
`.text;
}
