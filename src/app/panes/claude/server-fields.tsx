import { useEffect, useRef, useState } from 'react';
import type { ClaudeDesk, ClaudeState } from '../../claude/desk';
import { addressProblem, allowAndReload, mayReach, originOf } from '../../claude/endpoint';
import type { ListedModel } from '../../claude/look';
import { askForDialog } from '../../claude/reopen';
import { API_URL } from '../../claude/settings';

interface Props {
  readonly desk: ClaudeDesk;
  readonly state: ClaudeState;
  readonly baseURL: string;
  onAddress(baseURL: string): void;
  /** The models that are listed there; null where it failed. */
  onConnected(models: readonly ListedModel[] | null): void;
}

/** The address of the API and the key to it. The key is read from its field when it is used, and kept in no state. */
export function ServerFields({ desk, state, baseURL, onAddress, onConnected }: Props) {
  const key = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState<AbortController | null>(null);
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly words: string } | null>(null);
  const wrong = addressProblem(baseURL);
  const allowed = wrong !== null || mayReach(baseURL);
  const own = wrong === null && baseURL !== API_URL;
  const holds = wrong === null && state.keyFor === originOf(baseURL);

  const connect = async () => {
    const field = key.current!;
    const typed = field.value.trim();
    if (typed === '' && !holds && !own) {
      setSaid({ ok: false, words: 'Paste a key first.' });
      field.focus();
      return;
    }
    const abort = new AbortController();
    setAsking(abort);
    setSaid(null);
    onConnected(null);
    try {
      // A server at home may take any key, and the SDK does not go without.
      const given = typed === '' ? (holds ? null : 'none') : typed;
      const looked = await desk.look(given, baseURL.replace(/\/+$/, ''), abort.signal);
      if (abort.signal.aborted) return;
      if (looked.ok) field.value = '';
      setSaid(looked.ok ? { ok: true, words: listed(looked.models.length) } : looked);
      onConnected(looked.ok ? looked.models : null);
    } catch (error) {
      if (abort.signal.aborted) return;
      setSaid({ ok: false, words: error instanceof Error ? error.message : String(error) });
    } finally {
      setAsking((current) => (current === abort ? null : current));
    }
  };

  // A key that is here already need not be asked for.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the dialog opens
  useEffect(() => {
    if (holds && allowed) void connect();
  }, []);
  useEffect(() => () => asking?.abort(new Error('the dialog was closed')), [asking]);

  return (
    <fieldset className="claude-server">
      <legend className="unseen">The API</legend>
      <div className="field">
        <label htmlFor="claude-address">Server</label>
        <input
          id="claude-address"
          className="input"
          type="url"
          autoComplete="off"
          spellCheck={false}
          value={baseURL}
          aria-describedby="claude-address-caption"
          onChange={(event) => {
            asking?.abort(new Error('another server was asked for'));
            setAsking(null);
            setSaid(null);
            onAddress(event.target.value.trim());
          }}
        />
        <p className="caption" id="claude-address-caption">
          {wrong ??
            'Anthropic’s, or any other that speaks the Messages API, on this machine too. It has to let web pages read its answers (CORS).'}
        </p>
      </div>
      {allowed ? (
        <div className="field">
          <label htmlFor="claude-key">Key{own ? ' (if the server asks for one)' : ''}</label>
          <div className="claude-key">
            <input
              ref={key}
              id="claude-key"
              className="input"
              type="password"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              placeholder={holds ? 'The key is here; paste another to change it' : ''}
              aria-describedby="claude-key-caption"
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                void connect();
              }}
            />
            <button
              type="button"
              className="button"
              disabled={asking !== null || wrong !== null}
              onClick={() => void connect()}
            >
              {asking ? 'Connecting' : 'Connect'}
            </button>
          </div>
          <p className="caption" id="claude-key-caption">
            It goes to {wrong === null ? new URL(baseURL).host : 'the server'} and nowhere else, and
            never into a study, a file or a link.
          </p>
        </div>
      ) : (
        <div className="notice claude-allow">
          <p>
            This page may only reach servers that it was told of before it was loaded. Allow{' '}
            <strong>{originOf(baseURL)}</strong>, and the page is loaded again; the study goes on
            where it is.
          </p>
          <button
            type="button"
            className="button"
            onClick={() => {
              askForDialog();
              desk.keepAddress(baseURL);
              allowAndReload(baseURL);
            }}
          >
            Allow it and load again
          </button>
        </div>
      )}
      <p role="status" className={said && !said.ok ? 'claude-problem' : 'caption'}>
        {said?.words}
      </p>
    </fieldset>
  );
}

function listed(count: number): string {
  if (count === 0) return 'Connected. It lists no models: type the name of one.';
  return `Connected. It lists ${count} ${count === 1 ? 'model' : 'models'}.`;
}
