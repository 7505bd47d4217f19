import type { Lowerings } from '../../devices/webgpu/lowerings';
import { rowLowering } from '../../devices/webgpu/rows';
import crossEntropyWgsl from './cross-entropy.wgsl?raw';
import crossEntropyGradWgsl from './cross-entropy-grad.wgsl?raw';

export const crossEntropyLowerings: Lowerings = {
  crossEntropy: rowLowering(crossEntropyWgsl),
  crossEntropyGrad: rowLowering(crossEntropyGradWgsl),
};
