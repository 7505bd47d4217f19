/** A log that cannot be read, or an event that cannot be added to it. The message says which and why. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}
