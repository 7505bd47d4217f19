import type { Lowerings } from '../../devices/webgpu/lowerings';
import { rowLowering } from '../../devices/webgpu/rows';
import logSumExpWgsl from './log-sum-exp.wgsl?raw';
import softmaxWgsl from './softmax.wgsl?raw';
import softmaxGradWgsl from './softmax-grad.wgsl?raw';

export const softmaxLowerings: Lowerings = {
  softmax: rowLowering(softmaxWgsl),
  softmaxGrad: rowLowering(softmaxGradWgsl),
  logSumExp: rowLowering(logSumExpWgsl),
};
