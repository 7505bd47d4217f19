import { opNamed } from '../ops/table';
import type { GraphBuilder } from './builder';
import { GraphError } from './errors';
import { sameShape } from './shapes';
import type { NodeId } from './types';

/**
 * Reverse-mode differentiation, graph to graph: adds the nodes of d(loss)/d(x) for each x in `wrt` to the
 * builder and returns their ids, in order. A tensor that the loss does not depend on gets zeros.
 *
 * The loss must be a scalar f32. Each op states its own gradient in its row of the op table; this file
 * only walks the graph backwards and adds up what arrives at each node.
 */
export function differentiate(b: GraphBuilder, loss: NodeId, wrt: readonly NodeId[]): NodeId[] {
  const lossType = b.type(loss);
  if (lossType.shape.length !== 0 || lossType.dtype !== 'f32') {
    throw new GraphError(
      `the loss must be a single number, but it has shape [${lossType.shape.join(', ')}]`,
      b.node(loss).at,
    );
  }
  for (const id of wrt) {
    const { dtype, at } = b.node(id);
    if (dtype !== 'f32') throw new GraphError(`there is no gradient for a tensor of ${dtype}`, at);
  }
  const needed = dependents(b, loss, wrt);
  const arriving = new Map<NodeId, NodeId>([[loss, b.constant(1)]]);

  for (let id = loss; id >= 0; id--) {
    const dout = arriving.get(id);
    if (dout === undefined || !needed.has(id)) continue;
    const node = b.node(id);
    if (node.inputs.length === 0) continue;
    const { gradient, name } = opNamed(node.op);
    if (gradient === 'none') continue;
    if (!gradient) throw new GraphError(`${name} cannot be differentiated`, node.at);
    b.currentLine = node.at;
    const douts = gradient({ b, node, inputs: node.inputs, output: id, dout });
    node.inputs.forEach((input, i) => {
      const dinput = douts[i];
      if (dinput === null || dinput === undefined || !needed.has(input)) return;
      if (!sameShape(b.shape(dinput), b.shape(input))) {
        throw new Error(
          `the gradient of ${name} has shape [${b.shape(dinput).join(', ')}], and its input [${b.shape(input).join(', ')}]`,
        );
      }
      const sofar = arriving.get(input);
      arriving.set(input, sofar === undefined ? dinput : b.add(sofar, dinput));
    });
  }
  b.currentLine = undefined;
  return wrt.map((id) => arriving.get(id) ?? b.broadcastTo(b.constant(0), b.shape(id)));
}

/** Every node that some x in `wrt` reaches; gradients of the others would be computed for nothing. */
function dependents(b: GraphBuilder, loss: NodeId, wrt: readonly NodeId[]): Set<NodeId> {
  const depends = new Set<NodeId>(wrt);
  for (let id = 0; id <= loss; id++) {
    if (b.node(id).inputs.some((input) => depends.has(input))) depends.add(id);
  }
  return depends;
}
