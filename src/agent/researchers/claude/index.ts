export { DEFAULT_URL } from './api';
export type { Caps } from './caps';
export { createMemoryDesks } from './desks/memory';
export { type DeskStore, withDesks } from './desks/store';
export { CapReachedError, KeyGoneError, RequestRefusedError } from './errors';
export type { ClaudeEvent, Tell, TellOf } from './events';
export { Meter, type Spent } from './meter';
export { PRICES, PRICES_DATE } from './prices';
export { type ClaudeOptions, createClaudeResearcher } from './researcher';
