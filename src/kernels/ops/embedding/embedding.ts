import { GraphError } from '../../graph/errors';
import { sizeOf } from '../../graph/types';
import { expectAxes, expectType } from '../expect';
import { attrNumber, type OpDefinition } from '../op';
import * as reference from './embedding.cpu';

const embedding: OpDefinition = {
  name: 'embedding',
  doc: 'Rows of the table [V, C] by ids, i32 [...]: [..., C]. An id outside 0..V-1 reads zeros.',
  arity: 2,
  attrs: {},
  infer([table, ids]) {
    const [, C] = expectAxes('embedding', 'the table', table!, 'VC');
    expectType('embedding', 'ids', ids!, 'i32');
    return { shape: [...ids!.shape, C!], dtype: 'f32' };
  },
  gradient({ b, inputs, dout }) {
    const [table, ids] = inputs;
    return [b.emit('embeddingGrad', [ids!, dout], { rows: b.shape(table!)[0]! }), null];
  },
  reference: reference.embedding,
  // Copies only.
  flops: () => 0,
};

const embeddingGrad: OpDefinition = {
  name: 'embeddingGrad',
  doc: "The gradient of embedding's table, [rows, C]: each row of dout [..., C] added to the row that ids, i32 [...], names. An id outside 0..rows-1 adds nothing.",
  arity: 2,
  attrs: { rows: 'int' },
  infer([ids, dout], attrs) {
    expectType('embeddingGrad', 'ids', ids!, 'i32');
    const C = dout!.shape.at(-1);
    if (C === undefined) throw new GraphError('embeddingGrad needs dout to have a last axis');
    expectType('embeddingGrad', 'dout', dout!, 'f32', [...ids!.shape, C]);
    const rows = attrNumber(attrs, 'rows');
    if (rows < 1) throw new GraphError(`embeddingGrad needs at least one row, not ${rows}`);
    return { shape: [rows, C], dtype: 'f32' };
  },
  reference: reference.embeddingGrad,
  flops: ([, dout]) => sizeOf(dout!.shape),
};

export const embeddingOps: readonly OpDefinition[] = [embedding, embeddingGrad];
