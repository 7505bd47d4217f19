import { StudyEnding } from '../../study-ending';

/** The key is missing, wrong or revoked (401, 403), or its account has no credit (402): waiting does not help. */
export class KeyGoneError extends StudyEnding {
  override readonly name = 'KeyGoneError';
  constructor(detail: string) {
    super(
      'study-stopped',
      `the API does not take this key any more: ${detail}. Give another key and resume the study, or go on with the local researcher`,
    );
  }
}

/** A cap that the person set is reached: the study ends gently, and can be resumed with another cap. */
export class CapReachedError extends StudyEnding {
  override readonly name = 'CapReachedError';
  constructor(reason: string) {
    super('study-finished', reason);
  }
}

/** The API will not take such a request however often it is sent: a model that is not there, a body it refuses. */
export class RequestRefusedError extends StudyEnding {
  override readonly name = 'RequestRefusedError';
  constructor(detail: string) {
    super('study-stopped', `the API refused the request: ${detail}`);
  }
}

/** No proposal came of this attempt; the loop may ask again. */
export class NoProposalError extends Error {
  override readonly name = 'NoProposalError';
}

/** The conversation is longer than the model reads: it must begin anew. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError';
}
