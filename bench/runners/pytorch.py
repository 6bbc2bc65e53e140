"""The workloads in PyTorch, on one thread; the protocol is that of serve.cjs."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

PATIENCE = 5

torch.set_num_threads(1)
torch.manual_seed(0)


def training(model, optimizer, loss):
    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimizer.step()
        return value.item()

    return step


def classifier(model, shape):
    x, y = torch.randn(shape), torch.randint(0, 10, (shape[0],))
    return training(model, torch.optim.Adam(model.parameters(), lr=1e-3), lambda: F.cross_entropy(model(x), y))


def mlp_tiny():
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    x, y = torch.randn(32, 2), torch.randn(32, 1)
    return training(model, torch.optim.SGD(model.parameters(), lr=0.01), lambda: F.mse_loss(model(x), y))


def mlp_mnist():
    return classifier(nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)), (64, 784))


def cnn():
    return classifier(nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10)), (64, 1, 28, 28))


def conv():
    x = torch.randn(8, 64, 56, 56, requires_grad=True)
    layer, g = nn.Conv2d(64, 64, 3, padding=1), torch.randn(8, 64, 56, 56)

    def step():
        x.grad = None
        layer.zero_grad(set_to_none=True)
        layer(x).backward(g)

    return step


def elementwise(f):
    def set_up():
        x = torch.randn(1000, 1000, requires_grad=True)
        g = torch.randn(f(x).shape)

        def step():
            x.grad = None
            f(x).backward(g)

        return step

    return set_up


def matmul(n):
    def set_up():
        a, b = torch.randn(n, n), torch.randn(n, n)
        return lambda: a @ b

    return set_up


def chain(n):
    def step():
        start = time.perf_counter()
        x = torch.tensor(0.5, requires_grad=True)
        y = x
        for i in range(n):
            y = y * 1.0001 if i % 2 == 0 else y + 1e-4
        recorded = time.perf_counter()
        y.backward()
        end = time.perf_counter()
        return {"recording": 1e3 * (recorded - start), "backward": 1e3 * (end - recorded)}

    return lambda: step


def transformer():
    blocks = nn.ModuleList(
        nn.TransformerEncoderLayer(128, 4, dim_feedforward=512, dropout=0.0, batch_first=True) for _ in range(4))
    x, y = torch.randn(8, 64, 128), torch.randn(8, 64, 128)

    def loss():
        h = x
        for block in blocks:
            h = block(h)
        return F.mse_loss(h, y)

    return training(blocks, torch.optim.Adam(blocks.parameters(), lr=1e-3), loss)


workloads = {
    "mlp-tiny": mlp_tiny, "mlp-mnist": mlp_mnist, "cnn": cnn, "conv": conv,
    **{f"matmul-{n}": matmul(n) for n in (128, 256, 512, 1024)},
    "tanh": elementwise(torch.tanh), "exp": elementwise(torch.exp), "gelu": elementwise(F.gelu),
    "softmax": elementwise(lambda x: x.softmax(1)), "layerNorm": elementwise(lambda x: F.layer_norm(x, [1000])),
    "sum": elementwise(torch.sum),
    **{f"chain-{n}": chain(n) for n in (10_000, 100_000, 1_000_000)},
    "transformer": transformer,
}


def repeat(step, budget):
    times, phases = [], {}
    begin, budget = time.perf_counter(), budget / 1e3
    while True:
        start = time.perf_counter()
        result = step()
        times.append(1e3 * (time.perf_counter() - start))
        for phase, ms in result.items() if isinstance(result, dict) else ():
            phases.setdefault(phase, []).append(ms)
        spent = time.perf_counter() - begin
        if spent >= budget and (len(times) >= 2 or spent >= PATIENCE * budget):
            return {"times": times, "phases": phases}


def say(message):
    print(json.dumps(message), flush=True)


say({"name": f"PyTorch {torch.__version__}", "workloads": list(workloads)})
warm = (None, None)
for line in sys.stdin:
    request = json.loads(line)
    workload, budget = request["workload"], request["budget"]
    try:
        if warm[0] != workload:
            warm = (workload, workloads[workload]())
            repeat(warm[1], budget / 2)
        say({"workload": workload, **repeat(warm[1], budget)})
    except Exception as error:  # noqa: BLE001: the other side is told, whatever it is
        say({"workload": workload, "error": str(error).split("\n")[0][:200]})
