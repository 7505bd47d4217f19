/** The look of a report: calm, on paper too; light and dark as the reader's own screen is set. */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: #fbfbf8; --raised: #fff; --ink: #1d2321; --soft: #505a56; --rule: #e3e6e0; --strong: #c5cbc4;
  --accent: #0b7366; --tint: #e0f0ec; --problem: #a8372b; --added: #dff1e6; --removed: #f8e3e0;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #131716; --raised: #1a1f1e; --ink: #e7ebe8; --soft: #a6b0ab; --rule: #2a312f; --strong: #46504c;
  --accent: #5ccab5; --tint: #17342f; --problem: #f0958a; --added: #16372b; --removed: #402320; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 54rem; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 2rem) 4rem;
  font: 1rem/1.55 var(--sans); color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.1rem); line-height: 1.2; letter-spacing: -.015em; margin: .2rem 0 .5rem; }
h2 { font-size: 1.2rem; margin: 3rem 0 .6rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 0; }
p { margin: .5rem 0; max-width: 42rem; }
a { color: var(--accent); }
.soft, figcaption, .kicker { color: var(--soft); font-size: .875rem; }
.kicker { margin: 0; }
.number, td, .figures, text { font-variant-numeric: tabular-nums lining-nums; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1rem; margin: 1.75rem 0; padding: 0; }
.figures div { border-top: 2px solid var(--accent); padding-top: .4rem; }
.figures dt { font-size: .8125rem; color: var(--soft); }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em; }
.figures dd small { display: block; font-size: .8125rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
figure { margin: 1.5rem 0; }
figure { overflow-x: auto; }
.chart { min-width: 34rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 12px var(--sans); fill: var(--soft); }
.grid { stroke: var(--rule); }
line.floor { stroke: var(--soft); stroke-dasharray: 1 5; stroke-linecap: round; stroke-width: 1.5; }
.best { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.best.other { stroke: var(--soft); stroke-dasharray: 5 4; }
.label.own { fill: var(--accent); font-weight: 600; }
.dot { fill: var(--strong); stroke: none; }
.dot.keep { fill: var(--accent); }
.dot.baseline { fill: var(--paper); stroke: var(--accent); stroke-width: 1.6; }
.dot.inconclusive { fill: var(--paper); stroke: var(--soft); stroke-width: 1.4; }
.dot.crash { stroke: var(--problem); stroke-width: 1.6; stroke-linecap: round; }
svg.evidence { max-width: 20rem; margin: .5rem 0; }
.zero { stroke: var(--strong); }
.interval { stroke: var(--accent); stroke-width: 2; stroke-linecap: round; }
.mean { fill: var(--accent); }
.seed { fill: var(--soft); fill-opacity: .65; }
.seed.incumbent { fill: none; stroke: var(--soft); stroke-width: 1.4; }
.kept { list-style: none; padding: 0; margin: 1rem 0; display: grid; gap: 1.75rem; }
.kept > li { padding-left: 1.1rem; border-left: 2px solid var(--accent); }
.kept p { margin: .25rem 0; }
.plain { padding-left: 1.1rem; max-width: 44rem; }
.plain li { margin: .35rem 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; overflow-wrap: break-word; }
th { text-align: left; font-weight: 500; color: var(--soft); border-bottom: 1px solid var(--strong); }
th, td { padding: .35rem .8rem .35rem 0; vertical-align: top; }
td { border-bottom: 1px solid var(--rule); }
.right { text-align: right; white-space: nowrap; }
.keep-row td { color: var(--accent); font-weight: 500; }
.diff, .brief { font: .8125rem/1.5 var(--mono); background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; overflow-x: auto; margin: .6rem 0 1.2rem; padding: .6rem 0; }
.diff span { display: block; padding: 0 .9rem; white-space: pre-wrap; min-height: 1.5em; }
.diff .added { background: var(--added); }
.diff .removed { background: var(--removed); }
.diff .gap { color: var(--soft); }
.brief { padding: .8rem .9rem; white-space: pre-wrap; }
summary { cursor: pointer; color: var(--accent); font-size: .875rem; }
footer { margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: .8125rem; color: var(--soft); }
@media print {
  :root { --paper: #fff; --raised: #fff; --ink: #000; --soft: #444; --rule: #ddd; --strong: #bbb; --accent: #075a50; --tint: #eee; --problem: #8a2318; --added: #e3f2e8; --removed: #f8e6e3; }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; }
  h2 { break-after: avoid; } .kept > li, figure, tr { break-inside: avoid; } .scroll, figure { overflow: visible; } .chart { min-width: 0; }
}
`;
