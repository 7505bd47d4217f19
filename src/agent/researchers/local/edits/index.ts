import type { Edit } from '../edit';
import { ACTIVATION } from './activations';
import { ATTENTION } from './attention';
import { BATCH } from './batch';
import { BRANCHES } from './branches';
import { DECAY } from './decay';
import { GRADIENTS } from './gradients';
import { HEAD } from './head';
import { INITS } from './inits';
import { MOMENTUM } from './momentum';
import { NORMS } from './norms';
import { OBJECTIVES } from './objectives';
import { POSITIONS } from './positions';
import { RATES } from './rates';
import { SCHEDULES } from './schedules';
import { SIZES } from './sizes';

/** Every kind of edit that the local researcher knows, family by family. */
export const EDITS: readonly Edit[] = [
  ...RATES,
  ...MOMENTUM,
  ...GRADIENTS,
  ...DECAY,
  ...SCHEDULES,
  ...BATCH,
  ...SIZES,
  ...INITS,
  ...ACTIVATION,
  ...ATTENTION,
  ...POSITIONS,
  ...NORMS,
  ...BRANCHES,
  ...HEAD,
  ...OBJECTIVES,
];
