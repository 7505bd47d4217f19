/** What the Messages API answers when it does not answer: the status, the error's type, its words. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly type: string;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    message: string,
    headers: Record<string, string> = {},
    type?: string,
  ) {
    super(message);
    this.status = status;
    this.type = type ?? ERROR_TYPES[status] ?? 'api_error';
    this.headers = headers;
  }
}

/** A body that breaks a documented rule: 400, with the path of what was wrong in front. */
export class Violation extends ApiFailure {
  constructor(message: string) {
    super(400, message);
  }
}

/** Error types by status, as https://platform.claude.com/docs/en/api/errors lists them. */
const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function errorBody(type: string, message: string, requestId: string) {
  return { type: 'error' as const, error: { type, message }, request_id: requestId };
}
