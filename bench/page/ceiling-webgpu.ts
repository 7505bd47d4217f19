import { createMeasure } from '../ceiling-webgpu';

export const measure = createMeasure();
