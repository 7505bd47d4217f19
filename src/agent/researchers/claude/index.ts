export { DEFAULT_URL } from './api';
export { CapReachedError, KeyGoneError, RequestRefusedError } from './errors';
export type { ClaudeEvent, Tell } from './events';
export type { Caps, Spent } from './meter';
export { PRICES, PRICES_DATE } from './prices';
export { type ClaudeOptions, createClaudeResearcher } from './researcher';
