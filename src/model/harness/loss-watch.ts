import type { Outputs } from '../../kernels/devices/device';
import { ProgramCrash } from './crash';
import type { LossPoint } from './trial';

/** Ends a trial whose loss is no number any more, or runs away. */
export class LossWatch {
  #first: number | undefined;
  #smooth: number | undefined;

  /**
   * @param guess nats per token of a uniform guess.
   * @param precision of products; absent: float32.
   */
  constructor(
    private readonly guess: number,
    private readonly precision?: 'f16',
  ) {}

  see(points: readonly LossPoint[], outputs: readonly Outputs[]): void {
    points.forEach(({ loss, step }, i) => {
      const objective = outputs[i]!.objective?.[0] ?? loss;
      if (!Number.isFinite(loss) || !Number.isFinite(objective)) {
        throw new ProgramCrash({
          kind: 'not finite',
          message: `the loss became ${Number.isFinite(loss) ? objective : loss} at step ${step}: a smaller learning rate, gradient clipping or an epsilon in a division may help${this.precision ? '; in mixed precision, what goes into a product has to stay below 65,520' : ''}`,
        });
      }
      this.#first ??= loss;
      this.#smooth = this.#smooth === undefined ? loss : 0.9 * this.#smooth + 0.1 * loss;
      const limit = 3 * Math.max(this.#first, this.guess);
      if (this.#smooth > limit) {
        throw new ProgramCrash({
          kind: 'exploded',
          message: `the loss ran away to ${this.#smooth.toFixed(2)} nats per token by step ${step}; a uniform guess has ${this.guess.toFixed(2)}. A smaller learning rate may help`,
        });
      }
    });
  }
}
