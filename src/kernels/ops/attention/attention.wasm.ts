import {
  bytesOfNumbers,
  type LoweringContext,
  type Table,
  type WasmKernel,
  type WasmLowerings,
} from '../../devices/wasm/kernel';
import type { Shares } from '../../devices/wasm/shares';
import type { GraphNode, NodeId } from '../../graph/types';
import { alibiSlope, attentionSettings } from './attention-settings';
import { type AttentionShape, attentionShape } from './attention-shape';

export const attentionOnWasm: WasmLowerings = {
  attention: (context) => forward(context, context.id, context.sibling('attentionLse')),
  attentionLse: (context) => forward(context, undefined, context.id),
  attentionGradQ: backward,
  attentionGradK: backward,
  attentionGradV: backward,
};

function forward(
  context: LoweringContext,
  out: NodeId | undefined,
  lse: NodeId | undefined,
): WasmKernel[] {
  const { node } = context;
  const [q, k, v] = node.inputs as [NodeId, NodeId, NodeId?];
  const { shape, table } = settings(context);
  const args = [q, k, v, out, lse].map((of) => ({ of: of ?? null }));
  return [
    {
      label: node.op,
      entry: 'attention',
      args: [{ table }, ...args],
      reads: node.inputs,
      writes: [out, lse].filter((id) => id !== undefined),
      scratch: context.sizeOf('attentionScratch', shape.T, shape.D),
      shares: byHeads([...node.inputs, out, lse], shape),
    },
  ];
}

/** The gradients that are asked for, all in one launch: they share the weights. */
function backward(context: LoweringContext): WasmKernel[] {
  const { node, id } = context;
  const { shape, table } = settings(context);
  const asked = ['attentionGradQ', 'attentionGradK', 'attentionGradV'].map((op) =>
    node.op === op ? id : context.sibling(op),
  );
  return [
    {
      label: 'attention gradients',
      entry: 'attentionGrad',
      args: [{ table }, ...[...node.inputs, ...asked].map((of) => ({ of: of ?? null }))],
      reads: node.inputs,
      writes: asked.filter((gradient) => gradient !== undefined),
      scratch: context.sizeOf('attentionGradScratch', shape.T, shape.D),
      shares: byHeads([...node.inputs, ...asked], shape),
    },
  ];
}

/** Heads of keys are dealt out; those of one sequence lie mixed. */
function byHeads(ids: readonly (NodeId | undefined)[], { B, G }: AttentionShape): Shares[] {
  return [{ of: ids.filter((id) => id !== undefined), count: B * G, grain: 1, mixed: G }];
}

/** What the kernels share, as assembly/attention.ts reads it. */
function settings({ node, nodeOf }: LoweringContext): { shape: AttentionShape; table: Table } {
  const [q, k] = node.inputs as [NodeId, NodeId];
  const shape = attentionShape(nodeOf(q).shape, nodeOf(k).shape);
  const key = `attention ${JSON.stringify([Object.values(shape), Object.entries(node.attrs).sort()])}`;
  return { shape, table: { key, bytes: () => encode(node, shape) } };
}

function encode({ attrs }: GraphNode, { B, T, H, G, D }: AttentionShape): Uint8Array {
  const own = attentionSettings(attrs);
  const reach = own.window > 0 ? Math.min(own.window - 1, T) : T;
  const slopes = Array.from({ length: H }, (_, h) => alibiSlope(own, h, H));
  const integers = Int32Array.of(B, T, H, G, D, Number(own.causal), reach);
  const floats = Float32Array.of(own.scale, own.softcap, own.scale * Math.LOG2E, ...slopes);
  return Uint8Array.of(...bytesOfNumbers(integers), ...bytesOfNumbers(floats));
}
