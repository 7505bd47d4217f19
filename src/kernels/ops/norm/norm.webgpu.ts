import type { Lowerings } from '../../devices/webgpu/lowerings';
import { rowLowering } from '../../devices/webgpu/rows';
import layerNormWgsl from './layer-norm.wgsl?raw';
import layerNormGradWgsl from './layer-norm-grad.wgsl?raw';
import rmsNormWgsl from './rms-norm.wgsl?raw';
import rmsNormGradWgsl from './rms-norm-grad.wgsl?raw';

export const normLowerings: Lowerings = {
  rmsNorm: rowLowering(rmsNormWgsl, ['eps']),
  rmsNormGrad: rowLowering(rmsNormGradWgsl, ['eps']),
  layerNorm: rowLowering(layerNormWgsl, ['eps']),
  layerNormGrad: rowLowering(layerNormGradWgsl, ['eps']),
};
