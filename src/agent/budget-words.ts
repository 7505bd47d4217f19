import type { Budget } from '../model/tasks/task';

/** `10 seconds of training`, `1,000 steps` */
export function budgetInWords({ unit, amount }: Budget): string {
  const number = amount.toLocaleString('en-US');
  if (unit === 'seconds') return `${number} ${amount === 1 ? 'second' : 'seconds'} of training`;
  return `${number} ${unit}`;
}
