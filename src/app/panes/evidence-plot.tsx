import { plotOf } from '../../agent/report/evidence-plot';
import type { Evidence } from '../../agent/study';
import './evidence-plot.css';

/** The evidence drawn: a dot for each seed, the mean and its 95% interval; left is better. */
export function EvidencePlot({ evidence }: { readonly evidence: Evidence }) {
  const plot = plotOf(evidence);
  if (!plot) return null;
  const { rows, zero, mean, interval, ends, label } = plot;
  const at = (share: number) => `${(100 * share).toFixed(2)}%`;
  return (
    <div className="evidence-plot">
      <div className="evidence-field" role="img" aria-label={label}>
        {zero !== null && <span className="evidence-zero" style={{ left: at(zero) }} />}
        {rows.map(({ name, values }) => (
          <div key={name} className={`evidence-row ${name}`}>
            {rows.length > 1 && <span className="evidence-name">{name}</span>}
            {values.map((value, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal scores have no other name.
              <span key={i} className="evidence-seed" style={{ left: at(value) }} />
            ))}
          </div>
        ))}
        <div className="evidence-row">
          {interval && (
            <span
              className="evidence-interval"
              style={{ left: at(interval[0]), right: at(1 - interval[1]) }}
            />
          )}
          {mean !== null && <span className="evidence-mean" style={{ left: at(mean) }} />}
        </div>
      </div>
      <p className="evidence-ends caption number">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </p>
    </div>
  );
}
