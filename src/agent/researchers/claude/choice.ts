import type { Clock } from '../../clock';
import type { Api } from './api';
import type { Caps } from './caps';
import { RequestRefusedError } from './errors';
import type { Tell } from './events';
import type { Meter } from './meter';
import { type ChosenModel, chooseModel } from './model';
import { retried } from './retry';

/**
 * The model to work with, from what the API lists. Throws RequestRefusedError where there is none, or where a
 * cap on money could not hold, and what `retried` throws.
 */
export async function chosenModel(
  api: Api,
  wish: string | undefined,
  { caps, meter }: { readonly caps: Caps; readonly meter: Meter },
  waiting: { readonly clock: Clock; readonly tell: Tell; readonly signal: AbortSignal },
): Promise<ChosenModel> {
  const listed = await retried(() => api.models(waiting.signal), waiting).catch(
    (error: unknown) => {
      // Servers that speak the Messages API alone list no models.
      if (error instanceof RequestRefusedError && wish !== undefined) return [];
      throw error;
    },
  );
  const model = chooseModel(listed, wish);
  if (caps.dollars !== undefined && !meter.knows(model.id)) {
    throw new RequestRefusedError(
      `the price of ${model.id} is not known, so that a cap on money cannot hold: give its prices, or cap tokens`,
    );
  }
  waiting.tell({ type: 'model', model: model.id });
  return model;
}
