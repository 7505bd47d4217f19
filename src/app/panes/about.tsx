import { useLabState } from '../use-lab';
import './about.css';

/** What happens here, for those who see it for the first time. */
export function About() {
  const random = useLabState((snapshot) => snapshot.facts?.randomBpb ?? null);
  const entropy = useLabState((snapshot) => snapshot.facts?.entropyBpb ?? null);
  return (
    <section className="about" aria-label="How this works">
      <div>
        <h2>The loop</h2>
        <p>
          First the program is trained as it is: the baseline. Then a researcher changes one thing
          and says what it expects. The changed program gets the same time, the same batches and the
          same random beginnings, so that nothing but the change makes a difference.
        </p>
      </div>
      <div>
        <h2>The score</h2>
        <p>
          Bits per byte: how many bits the model needs for each byte of a text that it has not seen.
          Fewer are better.
          {random !== null && (
            <>
              {' '}
              A guess that knows nothing needs <span className="number">{random.toFixed(2)}</span>.
            </>
          )}
          {entropy !== null && (
            <>
              {' '}
              This text comes from a grammar whose entropy is known, and no model can need fewer
              than <span className="number">{entropy.toFixed(2)}</span>.
            </>
          )}
        </p>
      </div>
      <div>
        <h2>The verdict</h2>
        <p>
          A change is kept when it is better beyond what luck explains, on several seeds; or when it
          does as well with a simpler program. A near miss stays inconclusive. Every verdict shows
          the numbers that it rests on, and you can propose a change yourself: press Edit.
        </p>
      </div>
    </section>
  );
}
