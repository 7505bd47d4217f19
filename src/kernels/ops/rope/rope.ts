import { GraphError } from '../../graph/errors';
import { sizeOf } from '../../graph/types';
import { expectAxes } from '../expect';
import { attrBoolean, attrNumber, type OpDefinition } from '../op';
import * as reference from './rope.cpu';

const rope: OpDefinition = {
  name: 'rope',
  doc: 'Rotary position (Su et al. 2021): of x [B, T, H, D] turns each pair (d, d + D/2) at position t by the angle t * base^(-2d/D), or back by it where `inverse`.',
  arity: 1,
  attrs: { base: 'number', inverse: 'boolean' },
  infer([x], attrs) {
    const [, , , D] = expectAxes('rope', 'x', x!, 'BTHD');
    if (D! % 2 !== 0) {
      throw new GraphError(
        `rope turns pairs of numbers, so the last axis must be even, but x has shape [${x!.shape.join(', ')}]`,
      );
    }
    const base = attrNumber(attrs, 'base');
    if (base <= 0) throw new GraphError(`rope needs base to be above 0, not ${base}`);
    return { shape: x!.shape, dtype: 'f32' };
  },
  // A rotation is orthogonal: its transpose, which carries gradients back, is the opposite rotation.
  gradient: ({ b, node, dout }) => [
    b.emit('rope', [dout], {
      base: attrNumber(node.attrs, 'base'),
      inverse: !attrBoolean(node.attrs, 'inverse'),
    }),
  ],
  reference: reference.rope,
  flops: (_inputs, y) => 3 * sizeOf(y.shape),
};

export const ropeOps: readonly OpDefinition[] = [rope];
