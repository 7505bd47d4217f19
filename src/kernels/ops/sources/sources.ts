import { GraphError } from '../../graph/errors';
import { normalizeAxis } from '../../graph/shapes';
import type { DType } from '../../graph/types';
import { expectDType, expectDTypeName, expectElement } from '../expect';
import { attrInts, attrNumber, attrString, type OpDefinition } from '../op';
import { constantCpu, inputCpu, iotaCpu, randomUniformCpu } from './sources.cpu';

/** Ops that make a tensor from nothing but their attributes (and a seed). */
export const sourceOps: readonly OpDefinition[] = [
  {
    name: 'input',
    doc: 'The tensor of that name: one the device keeps, or one that is fed at each run.',
    arity: 0,
    attrs: { name: 'string', shape: 'ints', dtype: 'string' },
    infer(_, attrs) {
      const dtype = attrString(attrs, 'dtype');
      expectDTypeName('input', dtype);
      return { shape: attrInts(attrs, 'shape'), dtype };
    },
    gradient: 'none',
    reference: inputCpu,
    flops: () => 0,
  },
  {
    name: 'constant',
    doc: 'One number as a scalar [].',
    arity: 0,
    attrs: { value: 'number', dtype: 'string' },
    infer(_, attrs) {
      const dtype = attrString(attrs, 'dtype');
      expectDTypeName('constant', dtype);
      expectElement('a constant', attrNumber(attrs, 'value'), dtype);
      return { shape: [], dtype };
    },
    gradient: 'none',
    reference: constantCpu,
    flops: () => 0,
  },
  {
    name: 'iota',
    doc: 'i32 of the given shape: each element is its own index along one axis.',
    arity: 0,
    attrs: { shape: 'ints', axis: 'int' },
    infer(_, attrs) {
      const shape = attrInts(attrs, 'shape');
      const axis = attrNumber(attrs, 'axis');
      if (normalizeAxis(axis, shape.length) !== axis) {
        throw new GraphError(`iota counts its axis from the front, and got ${axis}`);
      }
      return { shape, dtype: 'i32' satisfies DType };
    },
    gradient: 'none',
    reference: iotaCpu,
    flops: () => 0,
  },
  {
    name: 'randomUniform',
    doc: 'Uniform numbers in [0, 1) from a seed, i32 []: the same ones on every device.',
    arity: 1,
    attrs: { shape: 'ints', stream: 'int' },
    infer([seed], attrs) {
      expectDType('randomUniform', seed!, 'i32');
      if (seed!.shape.length !== 0) {
        throw new GraphError(
          `randomUniform takes one number as its seed, not the shape [${seed!.shape.join(', ')}]`,
        );
      }
      const stream = attrNumber(attrs, 'stream');
      if (stream < 0 || stream >= 2 ** 32) {
        throw new GraphError(`randomUniform numbers its streams from 0 to 2^32 - 1, not ${stream}`);
      }
      return { shape: attrInts(attrs, 'shape'), dtype: 'f32' };
    },
    gradient: 'none',
    reference: randomUniformCpu,
    flops: () => 0,
  },
];
