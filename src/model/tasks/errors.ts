/** What kind of trouble a task is in, for whoever wants to react to it. */
export type TaskErrorKind =
  | 'offline'
  | 'http'
  | 'too large'
  | 'changed'
  | 'missing'
  | 'not UTF-8'
  | 'empty'
  | 'too short'
  | 'tokenizer'
  | 'spec'
  | 'platform';

/** A task that cannot be loaded, or a text that does not fit it. The message says what to do. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  constructor(
    readonly kind: TaskErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
