import type { Budget } from '../tasks/task';

/** What a trial has used so far. Seconds are those of training steps alone. */
export interface Spent {
  readonly seconds: number;
  readonly steps: number;
  readonly tokens: number;
  readonly flops: number;
}

export const NOTHING_SPENT: Spent = { seconds: 0, steps: 0, tokens: 0, flops: 0 };

/** What one training step costs; seconds are an estimate, the rest is exact. */
export type StepCost = Omit<Spent, 'steps'>;

/** The share of the budget used, from 0 to 1. */
export function progressOf(budget: Budget, spent: Spent): number {
  return Math.min(1, spent[budget.unit] / budget.amount);
}

export function afterSteps(spent: Spent, cost: StepCost, steps: number): Spent {
  return {
    seconds: spent.seconds + steps * cost.seconds,
    steps: spent.steps + steps,
    tokens: spent.tokens + steps * cost.tokens,
    flops: spent.flops + steps * cost.flops,
  };
}

/** Steps until the budget reaches `share`: at least 1 while it has not, and 0 once it has. */
export function stepsUntil(budget: Budget, share: number, spent: Spent, cost: StepCost): number {
  const left = share * budget.amount - spent[budget.unit];
  if (left <= 1e-9 * budget.amount) return 0;
  const perStep = budget.unit === 'steps' ? 1 : cost[budget.unit];
  return Math.max(1, Math.ceil(left / perStep - 1e-9));
}

/** A clock that runs only while training steps do; samples, scores and waits for the page do not count. */
export class TrainingClock {
  #total = 0;
  #startedAt: number | null = null;

  /** @param now milliseconds; another clock in tests. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  start(): void {
    this.#startedAt ??= this.now();
  }

  stop(): void {
    this.#total = this.seconds;
    this.#startedAt = null;
  }

  get seconds(): number {
    const running = this.#startedAt === null ? 0 : (this.now() - this.#startedAt) / 1000;
    return this.#total + running;
  }
}
