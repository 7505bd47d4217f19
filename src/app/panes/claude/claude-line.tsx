import type { Spent } from '../../../agent/researchers/claude/spent';
import type { ClaudeDesk, ClaudeState } from '../../claude/desk';
import { useClaude } from '../../use-claude';
import { useLab, useLabState } from '../../use-lab';
import { leftOf, shareRead, tokensOf } from './spending';
import './claude-line.css';

/** What Claude costs while it is here, and a word where it waits for its key. */
export function ClaudeLine() {
  const claude = useClaude();
  if (!claude) return null;
  const { desk, state } = claude;
  if (state.stage === 'keyless') return <Keyless desk={desk} />;
  if (state.problem !== null) {
    return (
      <div className="notice problem" role="alert">
        <p>{state.problem}</p>
      </div>
    );
  }
  return state.stage === 'here' ? <Meter state={state} /> : null;
}

/** Claude is not here for want of its key. Whoever starts the study all the same has the local search at work. */
function Keyless({ desk }: { readonly desk: ClaudeDesk }) {
  const lab = useLab();
  const activity = useLabState((snapshot) => snapshot.activity);
  const goOn = async () => {
    await desk.sendAway();
    lab.start();
  };
  return (
    <div className="notice claude-waits" role="status">
      {activity === 'running' ? (
        <p>
          The local search is at work, without Claude, whose key was not to be remembered. Give it
          again by “Bring Claude”, and Claude takes over.
        </p>
      ) : (
        <p>
          Claude waits for its key, which was not to be remembered: give it again by “Bring Claude”.
          The local search can go on without a key.
        </p>
      )}
      {activity === 'idle' && (
        <button type="button" className="button quiet" onClick={() => void goOn()}>
          Go on with the local search
        </button>
      )}
    </div>
  );
}

function Meter({ state: { settings, spent, hours } }: { readonly state: ClaudeState }) {
  if (!spent) return <p className="claude-meter caption">Claude is here; nothing was spent yet.</p>;
  const unknown = spent.models.some(({ dollars }) => dollars === null);
  return (
    <details className="claude-meter">
      <summary>
        Claude:{' '}
        <strong className="number">{unknown ? 'price not known' : money(spent.dollars)}</strong>
        {' · '}
        <span className="number">{count(tokensOf(spent.tokens))}</span> tokens, {shareRead(spent)}%
        of the input from the cache
      </summary>
      <SpentTable spent={spent} />
      <ul className="claude-left caption">
        {leftOf(settings.caps, spent, hours).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </details>
  );
}

function SpentTable({ spent }: { readonly spent: Spent }) {
  return (
    <table className="number">
      <thead>
        <tr>
          <th scope="col">model</th>
          <th scope="col">sent</th>
          <th scope="col">from the cache</th>
          <th scope="col">received</th>
          <th scope="col">dollars</th>
        </tr>
      </thead>
      <tbody>
        {spent.models.map(({ model, tokens, dollars }) => (
          <tr key={model}>
            <th scope="row">{model}</th>
            <td>{count(tokensOf(tokens) - tokens.output)}</td>
            <td>{count(tokens.cacheRead)}</td>
            <td>{count(tokens.output)}</td>
            <td>{dollars === null ? 'not known' : dollars.toFixed(4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const money = (dollars: number) => `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
const count = (tokens: number) => tokens.toLocaleString('en');
