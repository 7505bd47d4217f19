import {
  type Kernel,
  type Lowering,
  type LoweringContext,
  MAX_WORKGROUPS,
  specialize,
  spread,
} from '../../devices/webgpu/kernel';
import type { Lowerings } from '../../devices/webgpu/lowerings';
import { BYTES_PER_ELEMENT, sizeOf } from '../../graph/types';
import type { Binding } from '../../plan/binding';
import commonWgsl from './attention.common.wgsl?raw';
import fourWgsl from './attention.four.wgsl?raw';
import registersWgsl from './attention.registers.wgsl?raw';
import gradKvRegistersWgsl from './attention-grad-kv.registers.wgsl?raw';
import gradQRegistersWgsl from './attention-grad-q.registers.wgsl?raw';
import { attentionSettings } from './attention-settings';
import { attentionShape } from './attention-shape';

/** The two ways of one kernel: alone in a thread's registers, and together in workgroup memory. */
interface Ways {
  readonly registers: string;
}

const FORWARD: Ways = { registers: registersWgsl };
const GRAD_Q: Ways = { registers: gradQRegistersWgsl };
const GRAD_KV: Ways = { registers: gradKvRegistersWgsl };

/** `attention`, which computes the lse of its queries on the way. */
const attention: Lowering = (context) => {
  const { id, node, sibling } = context;
  return [
    kernel(context, FORWARD, node.inputs, [id, sibling('attentionLse') ?? unwanted(context)]),
  ];
};

/** Where nothing wants the attention itself: any values will do, so the keys stand in for them. */
const attentionLse: Lowering = (context) => {
  const { id, node } = context;
  const [q, k] = node.inputs as [number, number];
  return [kernel(context, FORWARD, [q, k, k], [unwanted(context), id])];
};

const attentionGradQ: Lowering = (context) => [
  kernel(context, GRAD_Q, context.node.inputs, [context.id]),
];

const attentionGradK: Lowering = (context) => {
  const { id, node, sibling } = context;
  const dv = sibling('attentionGradV') ?? unwanted(context);
  return [kernel(context, GRAD_KV, node.inputs, [id, dv])];
};

const attentionGradV: Lowering = (context) => {
  const { id, node, sibling } = context;
  const dk = sibling('attentionGradK') ?? unwanted(context);
  return [kernel(context, GRAD_KV, node.inputs, [dk, id])];
};

/** Room for a result that the kernel computes on the way and nobody reads, large enough for any of them. */
function unwanted({ node, nodeOf }: LoweringContext): Binding {
  const elements = sizeOf(nodeOf(node.inputs[0]!).shape);
  return { temporary: 'unwanted', bytes: elements * BYTES_PER_ELEMENT };
}

function kernel(
  { node, nodeOf }: LoweringContext,
  ways: Ways,
  reads: Kernel['reads'],
  writes: Kernel['writes'],
): Kernel {
  const [q, k] = node.inputs as [number, number];
  const shape = attentionShape(nodeOf(q).shape, nodeOf(k).shape);
  const { B, T, H, G, D } = shape;
  const { causal, window, scale, softcap, alibi } = attentionSettings(node.attrs);
  const heads = ways === GRAD_KV ? G : H;
  const threads = 16;
  return {
    label: `${node.op} ${[B, T, H, D].join('x')}`,
    wgsl: specialize([commonWgsl, fourWgsl, ways.registers], {
      ...shape,
      CAUSAL: causal,
      WINDOW: Math.min(window, T),
      SOFTCAP: softcap > 0,
      ALIBI: alibi,
      THREADS: threads,
      MAX_WORKGROUPS,
    }),
    numbers: [scale, softcap],
    reads,
    writes,
    workgroups: spread(Math.ceil((B * heads * Math.ceil(T / 4)) / threads)),
  };
}

export const attentionLowerings: Lowerings = {
  attention,
  attentionLse,
  attentionGradQ,
  attentionGradK,
  attentionGradV,
};
