import type { Lowerings } from '../../devices/webgpu/lowerings';
import { rowLowering } from '../../devices/webgpu/rows';
import { rmsNormGradOfRope } from '../rope/rope.webgpu';
import layerNormWgsl from './layer-norm.wgsl?raw';
import layerNormGradWgsl from './layer-norm-grad.wgsl?raw';
import rmsNormWgsl from './rms-norm.wgsl?raw';
import rmsNormGradWgsl from './rms-norm-grad.wgsl?raw';

const rmsNormGrad = rowLowering(rmsNormGradWgsl, ['eps']);

export const normLowerings: Lowerings = {
  rmsNorm: rowLowering(rmsNormWgsl, ['eps']),
  rmsNormGrad: (context) =>
    context.absorbed === undefined
      ? rmsNormGrad(context)
      : [rmsNormGradOfRope(context, context.absorbed)],
  layerNorm: rowLowering(layerNormWgsl, ['eps']),
  layerNormGrad: rowLowering(layerNormGradWgsl, ['eps']),
};
