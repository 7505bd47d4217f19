import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../../src/agent/history/fold';
import { reportHtml } from '../../../src/agent/report/html';
import { reportMarkdown } from '../../../src/agent/report/markdown';
import { html, inline } from '../../../src/agent/report/markup';
import { trialsSpent } from '../../../src/agent/report/trials';
import type { Study } from '../../../src/agent/study';
import { followUps } from '../../app/fake-lab';
import { created, finished } from '../fixtures';
import { type Made, studyOf } from '../studies';

const kept: Made = {
  title: 'learning rate 0.01 -> 0.02',
  kind: 'learning-rate',
  hypothesis: 'A larger step learns faster in a short budget.',
  reason: 'better by 0.100 bpb on 3 of 3 seeds',
  decision: 'keep',
  ground: 'better',
  mean: -0.1,
  seeds: 3,
  p: 0.002,
};
const STUDY = studyOf(
  [
    kept,
    {
      title: 'wider',
      decision: 'inconclusive',
      ground: 'near miss',
      mean: -0.01,
      seeds: 3,
      p: 0.06,
    },
    { title: 'no norms', decision: 'crash', ground: 'crash', reason: 'exploded: at step 7' },
    { title: 'narrower', decision: 'discard', ground: 'worse', mean: 0.2, parent: '1' },
    { title: 'under way', decision: null },
  ],
  [{ type: 'brief-set', at: 1e6, text: 'Small models, please.' }],
);

/** Tags of an HTML text; throws where one is left open or closed wrongly. */
function tagsOf(page: string): string[] {
  const voids = new Set(['meta', 'line', 'circle', 'path', '!doctype']);
  const open: string[] = [];
  const all: string[] = [];
  for (const [, close, name, self] of page.matchAll(/<(\/?)([a-zA-Z!][\w-]*)[^<>]*?(\/?)>/g)) {
    if (close) expect(open.pop()).toBe(name);
    else {
      all.push(name!);
      if (!self && !voids.has(name!)) open.push(name!);
      else if (name === 'path' && !self) open.push(name);
      else if (name === 'circle' && !self) open.push(name);
    }
  }
  expect(open).toEqual([]);
  return all;
}

describe('the report', () => {
  const page = reportHtml(STUDY, { entropyBpb: 1.5 });
  const markdown = reportMarkdown(STUDY, { entropyBpb: 1.5 });

  it('tells what was tried, what was kept and why', () => {
    for (const text of [
      '1 change kept of 5 experiments',
      'learning rate 0.01 → 0.02',
      'A larger step learns faster in a short budget.',
      'Better by 0.100 bpb on 3 of 3 seeds.',
      'Small models, please.',
      '10% of the way',
    ])
      expect(page).toContain(text);
    expect(markdown).toContain('## What was kept, and why\n\n### #1 learning rate 0.01 → 0.02');
    expect(markdown).toContain('10% of the way from the baseline to it is done');
    expect(markdown).toContain('| #4 | narrower | discard, worse | +0.2000 | 1 | 2.7000 |');
    expect(markdown).toContain('1 kept, 1 near miss, 1 discarded, 1 crashed, 1 without a verdict');
    for (const heading of ['Near misses', 'What was learned', 'Every experiment', 'The brief']) {
      expect(page).toContain(`<h2>${heading}</h2>`);
      expect(markdown).toContain(`## ${heading}`);
    }
  });

  it('is one file that runs nothing and fetches nothing', () => {
    const tags = new Set(tagsOf(page));
    for (const tag of ['script', 'link', 'img', 'iframe', 'object', 'form', 'a']) {
      expect(tags).not.toContain(tag);
    }
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/url\(|@import|https?:/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('@media print');
    expect(page).not.toContain('NaN');
    expect(markdown).not.toMatch(/NaN|undefined|null/);
  });

  it('draws the best so far, beside another study by the trials they spent', () => {
    expect(page).toContain('class="floor"');
    // The dots of the line are not drawn along the letters of its label.
    expect(page).toContain('class="label floor"');
    expect(page).not.toMatch(/[^e]\.floor \{ stroke/);
    expect(page.match(/class="dot /g)).toHaveLength(5);
    expect(page).not.toContain('class="best other"');
    const both = reportHtml(STUDY, { beside: { ...STUDY, id: 'study-b' } });
    expect(both).toContain('class="best other"');
    expect(both).toContain('trials spent');
    // The same study twice: the same line.
    const [own, other] = ['best', 'best other'].map(
      (name) => new RegExp(`<path class="${name}" d="([^"]+)"`).exec(both)![1],
    );
    expect(own).toBe(other);
  });

  it('shows the end of a study that has hardly begun', () => {
    const empty = reportHtml(foldStudy([created()]), {});
    expect(empty).toContain('The baseline has no score.');
    expect(empty).not.toMatch(/NaN|undefined/);
    tagsOf(empty);
    expect(reportMarkdown(foldStudy([created()]))).toContain('It is the baseline.');
  });

  it('is the same for the same log', () => {
    expect(reportHtml(STUDY, { entropyBpb: 1.5 })).toBe(page);
    expect(reportMarkdown(STUDY, { entropyBpb: 1.5 })).toBe(markdown);
  });
});

describe('what a follow-up found', () => {
  const text = '<b>[x](y)|';
  const study: Study = { ...STUDY, followUps: followUps() };
  const named = {
    ...study,
    followUps: study.followUps.map((each) => ({
      ...each,
      plan: {
        ...each.plan,
        notes: [text],
        comparisons: each.plan.comparisons.map((planned) => ({ ...planned, title: text })),
      },
    })),
  };

  it('stands in the report, gains on validation beside gains on the sealed test', () => {
    const page = reportHtml(study);
    const markdown = reportMarkdown(study);
    for (const report of [page, markdown]) {
      expect(report).toContain('Do the kept changes hold up on fresh seeds?');
      expect(report).toContain('1 of 2 kept changes hold up on seeds that the study never used.');
      expect(report).toContain('It has not ended.');
    }
    expect(page.match(/<th class="right">sealed test<\/th>/g)).toHaveLength(1);
    const row = /\| final against baseline \| (\S+) \| [^|]+ \| (\S+) \| holds up \|/.exec(
      markdown,
    )!;
    expect(Number(row[1]!.replace('\u2212', '-'))).toBeCloseTo(-0.17, 2);
    expect(row[2]).toBe(row[1]);
    // The follow-up knows the entropy of the text, and so the report does.
    expect(page).toContain('entropy 0.870');
    tagsOf(page);
  });

  it('is text, whatever it is called', () => {
    expect(tagsOf(reportHtml(named)).filter((tag) => !OWN_TAGS.includes(tag))).toEqual([
      '!doctype',
    ]);
    expect(reportMarkdown(named)).toContain('- \\<b\\>\\[x\\](y)\\|');
  });
});

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='x",
  '</style></title><svg onload=x>',
  '&lt;script&gt;',
  '```\n# Heading\n[click](javascript:alert(1))\n| a | b |',
  '![](https://evil.example/x.png) <https://evil.example> www.evil.example a@evil.example',
  '\u202egnp.exe\u0000',
];

describe('hostile text', () => {
  it.each(HOSTILE)('stays text: %j', (text) => {
    const made: Made = {
      ...kept,
      title: text,
      hypothesis: text,
      kind: text,
      reason: text,
      program: { model: text, optimizer: `${text}\n${text}` },
    };
    const base = studyOf(
      [
        made,
        { ...made, decision: 'inconclusive', ground: 'near miss' },
        { ...made, decision: 'crash' },
      ],
      [
        { type: 'brief-set', at: 1e6, text },
        { type: 'insight', at: 1e6, text, experiments: [], author: 'human' },
      ],
    );
    const study: Study = {
      ...base,
      id: text,
      taskId: text,
      device: text,
      ending: text,
      status: 'stopped',
      task: { ...base.task, name: text },
    };
    const harmless = { ...study, ...{ id: 'x' } };
    const page = reportHtml(study, { beside: harmless });
    const tags = new Set(tagsOf(page));
    for (const tag of tags) {
      expect([...OWN_TAGS, '!doctype']).toContain(tag);
    }
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(page).not.toContain('\u0000');
    expect(page).not.toContain('\u202e');

    const markdown = reportMarkdown(study);
    const outside = markdown.replace(/^(`{3,})data[^\n]*\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/(^|[^\\])(<script|<img|<svg|!\[|\]\()/m);
    expect(outside).not.toMatch(/^# Heading/m);
    expect(outside).not.toMatch(/https?:\/\/|www\.e|[^\\]@evil/);
    const rows = outside.split('\n').filter((line) => line.startsWith('| #'));
    const cells = rows.map((row) => row.replace(/\\./g, '').split('|').length);
    expect(new Set(cells)).toEqual(new Set([8]));
  });

  it('is escaped by the templates themselves', () => {
    expect(html`<b title="${'"<&\''}">${['<i>', html`<u>${1}</u>`, null, false]}</b>`.text).toBe(
      '<b title="&quot;&lt;&amp;&#39;">&lt;i&gt;<u>1</u></b>',
    );
    expect(inline('- a *b* _c_ `d` | <e> [f](g) #h\n1. i')).toBe(
      '\\- a \\*b\\* \\_c\\_ \\`d\\` \\| \\<e\\> \\[f\\](g) #h 1. i',
    );
    expect(inline('1. one')).toBe('1\\. one');
    expect([inline('## one'), inline('#1 one')]).toEqual(['\\## one', '#1 one']);
  });
});

const OWN_TAGS =
  'html head meta title style body header p h1 h2 h3 dl div dt dd small figure svg line text path circle figcaption section ol ul li details summary span table thead tbody tr th td pre footer'.split(
    ' ',
  );

describe('trialsSpent', () => {
  it('counts a further trial of the incumbent with the candidate that asked for it', () => {
    const baseline = STUDY.experiments[0]!;
    const more = [200, 201, 202, 101, 102].map((seed) => ({
      id: `0.${seed}`,
      seed,
      result: finished(2.5),
    }));
    // Four trials of the baseline came first, the noise's; two more were run for the first candidate.
    const experiments = [
      { ...baseline, trials: [...baseline.trials, ...more] },
      ...STUDY.experiments.slice(1),
    ];
    expect(trialsSpent({ ...STUDY, experiments })).toEqual([4, 9, 12, 12, 13, 13]);
  });
});
