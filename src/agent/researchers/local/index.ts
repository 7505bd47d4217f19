export type { Change, Edit, Family } from './edit';
export { EDITS } from './edits';
export { createLocalResearcher } from './researcher';
