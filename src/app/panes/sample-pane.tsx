import { useState } from 'react';
import { summariesOf } from '../../agent/scores';
import type { Experiment } from '../../agent/study';
import { plural } from '../format';
import type { TaskFacts } from '../lab/facts';
import type { LiveTrial, Sample } from '../lab/lab';
import './sample-pane.css';

interface Props {
  readonly facts: TaskFacts;
  readonly experiment: Experiment | null;
  readonly live: LiveTrial | null;
}

/** What the model writes. While it trains, a slider goes back through what it wrote before. */
export function SamplePane({ facts, experiment, live }: Props) {
  const samples = live?.samples ?? [];
  const written = experiment ? (summariesOf(experiment).at(-1)?.samples ?? []) : [];
  return (
    <section className="sample-pane" aria-labelledby="sample-heading">
      {samples.length > 0 ? (
        <WhileTraining key={live?.trial} samples={samples} />
      ) : written.length > 0 && !live ? (
        <>
          <h2 id="sample-heading">What it writes</h2>
          <p className="caption">after its training</p>
          <div className="sample-text">
            {written.map((text, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: samples are a fixed list of equals.
              <p key={i}>{text}</p>
            ))}
          </div>
        </>
      ) : (
        <>
          <h2 id="sample-heading">What it reads</h2>
          <p className="caption">
            {live ? 'the training text; its own comes soon' : 'the training text'}
          </p>
          <div className="sample-text read">
            <p>{facts.excerpt}</p>
          </div>
        </>
      )}
    </section>
  );
}

function WhileTraining({ samples }: { readonly samples: readonly Sample[] }) {
  const [picked, setPicked] = useState<number | null>(null);
  const newest = samples.length - 1;
  const index = Math.min(picked ?? newest, newest);
  const sample = samples[index]!;
  return (
    <>
      <h2 id="sample-heading">What it writes</h2>
      <p className="caption number">after {plural(sample.step, 'step')}</p>
      <div className="sample-text" data-step={sample.step}>
        <p key={sample.step}>{sample.text}</p>
      </div>
      <input
        type="range"
        className="sample-range"
        aria-label="Earlier samples of this trial"
        aria-valuetext={`after ${plural(sample.step, 'step')}`}
        min={0}
        max={Math.max(1, newest)}
        value={index}
        disabled={newest < 1}
        onChange={(event) => {
          const value = Number(event.target.value);
          setPicked(value >= newest ? null : value);
        }}
      />
    </>
  );
}
