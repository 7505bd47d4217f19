"""Trains a model of the bench in PyTorch: `python3 pytorch.py FOLDER`, where FOLDER holds model.json,
weights.bin and batches.bin. Prints one line of JSON when the first step is done; then reads lines of standard
input and answers each with one: a number of steps trains so many, `ceiling` measures a plain matrix product."""

import json
import math
import os
import sys
import time

import torch
import torch.nn.functional as F

folder = sys.argv[1]
with open(os.path.join(folder, "model.json")) as file:
    model = json.load(file)
config, adam, target = model["config"], model["adam"], model["target"]
B, T, V = target["batch"], target["context"], target["vocab"]
C, H = config["width"], config["heads"]
D = C // H
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
if device.type == "cpu" and os.environ.get("TORCH_THREADS"):
    torch.set_num_threads(int(os.environ["TORCH_THREADS"]))
# Float32 means float32: products of TF32, which keep eleven bits, would be faster and are none.
if hasattr(torch, "set_float32_matmul_precision"):
    torch.set_float32_matmul_precision("highest")
else:
    torch.backends.cuda.matmul.allow_tf32 = False


def read(name, dtype):
    with open(os.path.join(folder, name), "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


weights = read("weights.bin", torch.float32)
params = {}
offset = 0
for entry in model["shapes"]:
    size = math.prod(entry["shape"])
    value = weights[offset : offset + size].reshape(entry["shape"]).clone().to(device)
    params[entry["name"]] = value.requires_grad_()
    offset += size
batches = read("batches.bin", torch.int32).reshape(model["batches"], 2, B, T).long().to(device)

half = D // 2
base = config["ropeBase"]
frequencies = base ** (-torch.arange(half, dtype=torch.float32) / half)
angles = torch.outer(torch.arange(T, dtype=torch.float32), frequencies).to(device)
cos, sin = angles.cos(), angles.sin()
mask = torch.full((T, T), float("-inf")).triu(1).to(device)
fused = hasattr(F, "scaled_dot_product_attention")


def norm(x, name):
    return F.layer_norm(x, (C,), params[name], None, 1e-6)


def turn(x):  # [B, H, T, D]
    a, b = x.split(half, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


def attend(q, k, v):
    if fused:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    scores = q @ k.transpose(-1, -2) * D**-0.5 + mask
    return scores.softmax(-1) @ v


def loss_of(tokens, targets):
    x = F.embedding(tokens, params["wte"])
    for i in range(config["layers"]):
        h = norm(x, f"layer{i}.norm1")
        q, k, v = (
            F.linear(h, params[f"layer{i}.{name}"]).view(B, T, H, D).transpose(1, 2)
            for name in ("wq", "wk", "wv")
        )
        gathered = attend(turn(q), turn(k), v).transpose(1, 2).reshape(B, T, C)
        x = x + F.linear(gathered, params[f"layer{i}.wo"])
        wide = F.relu(F.linear(norm(x, f"layer{i}.norm2"), params[f"layer{i}.up"])).square()
        x = x + F.linear(wide, params[f"layer{i}.down"])
    logits = F.linear(norm(x, "norm"), params["head"])
    logits = torch.tanh(logits / config["logitCap"]) * config["logitCap"]
    return F.cross_entropy(logits.view(-1, V), targets.reshape(-1))


if model["compiled"]:
    if not hasattr(torch, "compile"):
        sys.exit(f"PyTorch {torch.__version__} cannot compile")
    loss_of = torch.compile(loss_of)

options = {"fused": True} if device.type == "cuda" else {}
optimizer = torch.optim.AdamW(
    params.values(),
    lr=adam["rate"],
    betas=(adam["beta1"], adam["beta2"]),
    eps=adam["epsilon"],
    weight_decay=adam["decay"],
    **options,
)
done = 0


def train(steps):
    global done
    losses = []
    started = time.perf_counter()
    for _ in range(steps):
        tokens, targets = batches[done % len(batches)]
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=model["mixed"]):
            loss = loss_of(tokens, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        done += 1
    values = torch.stack(losses).tolist()
    return {"losses": values, "milliseconds": 1000 * (time.perf_counter() - started)}


def product_rate():
    """The best rate of a matrix product alone, a square one or the model's widest, in FLOP/s: of bfloat16 in
    mixed precision, of float32 otherwise."""
    dtype = torch.bfloat16 if model["mixed"] else torch.float32
    side = 4096 if device.type == "cuda" else 512
    best = 0
    for m, k, n in ((side, side, side), (B * T, C, config["mlp"] * C)):
        a = torch.full((m, k), 0.5, dtype=dtype, device=device)
        b = torch.full((k, n), 0.25, dtype=dtype, device=device)

        def seconds(products):
            began = time.perf_counter()
            for _ in range(products):
                a @ b
            if device.type == "cuda":
                torch.cuda.synchronize()
            return time.perf_counter() - began

        seconds(1)
        products = max(1, round(0.1 / seconds(1)))
        best = max(best, products * 2 * m * k * n / seconds(products))
    return best


def say(answer):
    print(json.dumps(answer), flush=True)


started = time.perf_counter()
first = train(1)
threads = torch.get_num_threads()
words = torch.cuda.get_device_name() if device.type == "cuda" else f"{threads} thread{'s' * (threads > 1)}"
say(
    {
        "device": f"PyTorch {torch.__version__}, {words}",
        "firstLoss": first["losses"][0],
        "firstStepMilliseconds": 1000 * (time.perf_counter() - started),
    }
)
for line in sys.stdin:
    if line.strip() == "ceiling":
        say({"rate": product_rate()})
        continue
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    answer = train(int(line))
    if device.type == "cuda":
        answer["peakBytes"] = torch.cuda.max_memory_allocated()
    say(answer)
