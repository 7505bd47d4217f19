import { PRICES_DATE, priceOf } from '../../../agent/researchers/claude/prices';
import type { ListedModel } from '../../claude/look';
import type { ClaudeSettings, OwnPrice } from '../../claude/settings';
import { unpriced } from './unpriced';

interface Props {
  readonly models: readonly ListedModel[];
  readonly settings: ClaudeSettings;
  onChange(part: Partial<ClaudeSettings>): void;
}

const COLUMNS: readonly { readonly key: keyof OwnPrice; readonly title: string }[] = [
  { key: 'input', title: 'input' },
  { key: 'output', title: 'output' },
  { key: 'cacheWrite', title: 'to cache' },
  { key: 'cacheWriteHour', title: 'for an hour' },
  { key: 'cacheRead', title: 'from cache' },
];

const OFFICIAL = 'https://platform.claude.com/docs/en/about-claude/pricing';

/** What a million tokens cost, as the lab knows it and as the visitor knows better. */
export function PriceTable({ models, settings, onChange }: Props) {
  const { prices, model, roleModel } = settings;
  const ids = [...new Set([model, roleModel, ...models.map(({ id }) => id)])].filter(Boolean);
  const unknown = ids.filter((id) => !priceOf(id, prices));
  const set = (id: string, key: keyof OwnPrice, value: number) => {
    if (!(value >= 0)) return;
    onChange({ prices: { ...prices, [id]: { ...begun(priceOf(id, prices), key, value) } } });
  };
  const reset = (id: string) => {
    const { [id]: _, ...rest } = prices;
    onChange({ prices: rest });
  };
  if (ids.length === 0) return null;
  return (
    <details className="claude-prices" open={unpriced(settings).length > 0 || undefined}>
      <summary>Prices of {PRICES_DATE}, in dollars for a million tokens</summary>
      <p className="caption">
        <a href={OFFICIAL} target="_blank" rel="noreferrer">
          The API’s own page
        </a>{' '}
        decides: where a price is another there, write it in; it is kept on this device.
        {unknown.length > 0 && ` Not known: ${unknown.join(', ')}.`}
      </p>
      <div className="claude-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              {COLUMNS.map(({ key, title }) => (
                <th scope="col" key={key}>
                  {title}
                </th>
              ))}
              <th scope="col">
                <span className="unseen">back to the table</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {ids.map((id) => {
              const price = priceOf(id, prices);
              return (
                <tr key={id}>
                  <th scope="row">{id}</th>
                  {COLUMNS.map(({ key, title }) => (
                    <td key={key}>
                      <input
                        className="input number"
                        type="number"
                        min={0}
                        step="any"
                        aria-label={`${title}, ${id}`}
                        value={price ? price[key] : ''}
                        onChange={(event) => set(id, key, event.target.valueAsNumber)}
                      />
                    </td>
                  ))}
                  <td>
                    {Object.hasOwn(prices, id) && (
                      <button type="button" className="button quiet" onClick={() => reset(id)}>
                        Reset
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** A price with one number changed; of a model without any, the others begin at that number. */
function begun(price: OwnPrice | null, key: keyof OwnPrice, value: number): OwnPrice {
  const { input, output, cacheWrite, cacheWriteHour, cacheRead } = price ?? {
    ...{ input: value, output: value, cacheWrite: value },
    ...{ cacheWriteHour: value, cacheRead: value },
  };
  return { input, output, cacheWrite, cacheWriteHour, cacheRead, [key]: value };
}
