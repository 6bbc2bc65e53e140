"""Writes packages/retrograd/test/seed/golden.json: eight models, each trained for 100 steps from a seed; and
porting.json beside it: what the Python of docs/porting.md prints.

    /usr/bin/python3 scripts/golden/seed_for_seed.py

packages/retrograd/test/seed has the same scripts in TypeScript, line by line, and their test: equal weights at the
start, equal orders of samples, equal losses.

Weights and data are drawn in float32, as they are unless something else is said, and converted by double(): float32
draws are equal to the bit on both sides, normal ones too, which in float64 may differ in the last bit. From there on
all is computed in float64.

Dropout needs no mask of its own here: PyTorch draws it from its generator, number by number, and so does retrograd.
Builds of PyTorch that have Intel's MKL, as those on PyPI do, draw masks from MKL's stream; this script refuses to run
on them, for the losses of what has dropout would be others.
"""

import contextlib
import hashlib
import io
import json
import math
import pathlib
import re

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import optim
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

ROOT = pathlib.Path(__file__).parents[2]
SEED = ROOT / "packages/retrograd/test/seed"
TEXT = (SEED / "text.txt").read_text()


class Log:
    """What is compared of a training."""

    def begin(self, model):
        """Notes the weights; first thing after the model is made."""
        self.model = model
        self.initial = {name: fingerprint(p) for name, p in model.named_parameters()}
        self.losses = []
        self.order = []

    def step(self, loss, indices=None):
        """Notes a step's loss and which samples it was of."""
        self.losses.append(loss.item())
        if indices is not None:
            self.order.append(indices.tolist())

    def end(self, evaluated):
        """Notes the model's loss in evaluation mode, and how large the weights are."""
        self.evaluated = evaluated.item()
        self.norms = {name: p.norm().item() for name, p in self.model.named_parameters()}

    def written(self):
        assert len(self.losses) == 100
        return {name: value for name, value in vars(self).items() if name != "model"}


def fingerprint(p):
    values = p.detach().contiguous()
    assert values.dtype == torch.float64
    return {
        "shape": list(values.shape),
        "first": values.flatten()[:2].tolist(),
        "sha256": hashlib.sha256(values.numpy().astype("<f8").tobytes()).hexdigest(),
    }


# 1. Linear regression: SGD with momentum, in steps


def linear_regression(log):
    torch.manual_seed(1)
    x = torch.randn(77, 3).double()
    noise = torch.randn(77, 1).double()
    y = x @ torch.tensor([[2.0], [-3.0], [0.5]]).double() + 1 + 0.1 * noise
    loader = DataLoader(TensorDataset(x, y, torch.arange(77)), batch_size=16, shuffle=True)

    model = nn.Linear(3, 1).double()
    log.begin(model)
    criterion = nn.MSELoss()
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)

    for epoch in range(20):
        for inputs, targets, indices in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            log.step(loss, indices)
        scheduler.step()

    with torch.no_grad():
        log.end(criterion(model(x), y))


# 2. Multilayer perceptron with dropout: Adam, its rate falling exponentially


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(8, 32),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(32, 32),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(32, 3),
        )

    def forward(self, x):
        return self.layers(x)


def mlp(log):
    torch.manual_seed(2)
    x = torch.randn(120, 8).double()
    y = (x[:, 0] * x[:, 1] > 0).long() + (x[:, 2] > 0).long()
    loader = DataLoader(TensorDataset(x, y, torch.arange(120)), batch_size=24, shuffle=True)

    model = MLP().double()
    log.begin(model)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=0.95)

    model.train()
    for epoch in range(20):
        for inputs, targets, indices in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            log.step(loss, indices)
        scheduler.step()

    model.eval()
    with torch.no_grad():
        log.end(criterion(model(x), y))


# 3. LeNet: SGD with momentum and weight decay, at milestones


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return F.log_softmax(self.fc3(x), dim=1)


def lenet(log):
    torch.manual_seed(3)
    y = torch.arange(80) % 10
    rows = torch.arange(28)
    stripe = torch.logical_and(rows >= 2 * y.unsqueeze(1), rows < 2 * y.unsqueeze(1) + 5)
    x = (torch.randn(80, 1, 28, 28).double() * 0.5) + stripe.double().reshape(80, 1, 28, 1)
    loader = DataLoader(TensorDataset(x, y, torch.arange(80)), batch_size=8, shuffle=True)

    model = LeNet().double()
    log.begin(model)
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=5e-4)
    scheduler = lr_scheduler.MultiStepLR(optimizer, milestones=[5, 8], gamma=0.2)

    for epoch in range(10):
        for inputs, targets, indices in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
            log.step(loss, indices)
        scheduler.step()

    with torch.no_grad():
        log.end(F.nll_loss(model(x), y))


# 4. Residual network with batch norm: SGD with Nesterov momentum, one cycle


class Block(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != planes:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, planes, 1, stride=stride, bias=False),
                nn.BatchNorm2d(planes),
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.blocks = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2), Block(16, 16, 1))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 3)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
        x = self.pool(self.blocks(x))
        return self.fc(torch.flatten(x, 1))


def resnet(log):
    torch.manual_seed(4)
    x = torch.randn(50, 3, 12, 12).double()
    y = x.mean((2, 3)).argmax(1)
    loader = DataLoader(TensorDataset(x, y, torch.arange(50)), batch_size=10, shuffle=True)

    model = ResNet().double()
    log.begin(model)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4, nesterov=True)
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=0.05, epochs=20, steps_per_epoch=len(loader))

    model.train()
    for epoch in range(20):
        for inputs, targets, indices in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            scheduler.step()
            log.step(loss, indices)

    model.eval()
    with torch.no_grad():
        log.end(criterion(model(x), y))


# 5. Character model with an LSTM whose state goes on from batch to batch: RMSprop, gradients clipped


class CharLSTM(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.embedding = nn.Embedding(characters, 12)
        self.lstm = nn.LSTM(12, 24, num_layers=2, dropout=0.1)
        self.output = nn.Linear(24, characters)

    def forward(self, x, state):
        y, state = self.lstm(self.embedding(x), state)
        return self.output(y), state


def char_lstm(log):
    torch.manual_seed(5)
    alphabet = sorted(set(TEXT))
    codes = torch.tensor([alphabet.index(character) for character in TEXT])
    streams = codes[:505].reshape(5, 101).t()

    model = CharLSTM(len(alphabet)).double()
    log.begin(model)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.RMSprop(model.parameters(), lr=0.005, alpha=0.95)
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, T_max=10, eta_min=0.0005)

    model.train()
    for epoch in range(10):
        state = None
        for start in range(0, 100, 10):
            inputs = streams[start : start + 10]
            targets = streams[start + 1 : start + 11]
            optimizer.zero_grad()
            scores, state = model(inputs, state)
            loss = criterion(scores.flatten(0, 1), targets.flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            state = tuple(s.detach() for s in state)
            log.step(loss)
        scheduler.step()

    model.eval()
    with torch.no_grad():
        scores, _ = model(streams[:-1], None)
        log.end(criterion(scores.flatten(0, 1), streams[1:].flatten()))


# 6. A GRU that adds the two numbers of a sequence that are marked: Adagrad, its rate falling on a plateau


class Adder(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(2, 16, batch_first=True, bidirectional=True)
        self.output = nn.Linear(32, 1)

    def forward(self, x):
        _, hidden = self.gru(x)
        return self.output(torch.cat([hidden[0], hidden[1]], dim=1)).squeeze(1)


def gru(log):
    torch.manual_seed(6)
    numbers = torch.rand(64, 12).double()
    first = torch.randint(0, 6, (64, 1))
    second = torch.randint(6, 12, (64, 1))
    marks = torch.zeros(64, 12).double().scatter(1, torch.cat([first, second], 1), 1.0)
    x = torch.stack([numbers, marks], 2)
    y = (numbers * marks).sum(1)
    loader = DataLoader(TensorDataset(x, y, torch.arange(64)), batch_size=15, shuffle=True, drop_last=True)

    model = Adder().double()
    log.begin(model)
    criterion = nn.SmoothL1Loss(beta=0.1)
    optimizer = optim.Adagrad(model.parameters(), lr=0.03)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)

    for epoch in range(25):
        total = 0.0
        for inputs, targets, indices in loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            total += loss.item()
            log.step(loss, indices)
        scheduler.step(total / len(loader))

    with torch.no_grad():
        log.end(criterion(model(x), y))


# 7. Transformer of two layers, with dropout: AdamW, decay for matrices only, warm-up, cosine, smoothed labels


class PositionalEncoding(nn.Module):
    def __init__(self, width, length):
        super().__init__()
        position = torch.arange(length, dtype=torch.float64).unsqueeze(1)
        rate = torch.exp(torch.arange(0, width, 2, dtype=torch.float64) * (-math.log(10000.0) / width))
        table = torch.stack([torch.sin(position * rate), torch.cos(position * rate)], 2).flatten(1)
        self.register_buffer("table", table)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        return self.dropout(x + self.table[: x.shape[1]])


class CharTransformer(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.embedding = nn.Embedding(characters, 16)
        self.position = PositionalEncoding(16, 16)
        layer = nn.TransformerEncoderLayer(16, 4, dim_feedforward=32, dropout=0.1, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.output = nn.Linear(16, characters)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]).double()
        y = self.position(self.embedding(x) * math.sqrt(16))
        return self.output(self.encoder(y, mask=mask))


def transformer(log):
    torch.manual_seed(7)
    alphabet = sorted(set(TEXT))
    codes = torch.tensor([alphabet.index(character) for character in TEXT])
    windows = codes.unfold(0, 17, 7)
    loader = DataLoader(TensorDataset(windows, torch.arange(81)), batch_size=8, shuffle=True, drop_last=True)

    model = CharTransformer(len(alphabet)).double()
    log.begin(model)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        lr=0.005,
        betas=(0.9, 0.98),
        eps=1e-9,
    )
    warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=10)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=90)
    scheduler = lr_scheduler.SequentialLR(optimizer, [warmup, cosine], milestones=[10])

    model.train()
    for epoch in range(10):
        for batch, indices in loader:
            inputs, targets = batch[:, :-1], batch[:, 1:]
            optimizer.zero_grad()
            loss = criterion(model(inputs).transpose(1, 2), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            log.step(loss, indices)

    model.eval()
    with torch.no_grad():
        log.end(criterion(model(windows[:, :-1]).transpose(1, 2), windows[:, 1:]))


# 8. Convolutional autoencoder that removes noise: Adadelta


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 4, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(36, 6),
        )
        self.decoder = nn.Sequential(
            nn.Linear(6, 36),
            nn.ReLU(),
            nn.Unflatten(1, (4, 3, 3)),
            nn.ConvTranspose2d(4, 8, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1, output_padding=1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        return self.decoder(self.encoder(x))


def autoencoder(log):
    torch.manual_seed(8)
    center = 12 * torch.rand(60, 2, 1, 1).double()
    rows = torch.arange(12).double().reshape(12, 1)
    columns = torch.arange(12).double().reshape(1, 12)
    distance = (rows - center[:, 0]) ** 2 + (columns - center[:, 1]) ** 2
    x = torch.exp(-distance / 8).unsqueeze(1)
    loader = DataLoader(TensorDataset(x, torch.arange(60)), batch_size=12, shuffle=True)

    model = Autoencoder().double()
    log.begin(model)
    criterion = nn.BCELoss()
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)

    for epoch in range(20):
        for images, indices in loader:
            noisy = (images + 0.1 * torch.randn_like(images)).clamp(0, 1)
            optimizer.zero_grad()
            loss = criterion(model(noisy), images)
            loss.backward()
            optimizer.step()
            log.step(loss, indices)

    with torch.no_grad():
        log.end(criterion(model(x), x))


def porting():
    python = re.search(r"^```python\n(.*?)^```", (ROOT / "docs/porting.md").read_text(), re.M | re.S)[1]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(python, {"__name__": "porting"})
    return {"python": python, "printed": printed.getvalue().splitlines()}


if __name__ == "__main__":
    assert not torch.backends.mkl.is_available(), "this build draws masks of dropout from MKL's stream"
    torch.set_num_threads(1)
    written = {}
    for script in [linear_regression, mlp, lenet, resnet, char_lstm, gru, transformer, autoencoder]:
        log = Log()
        script(log)
        written[script.__name__] = log.written()
        print(f"{script.__name__}: {log.losses[0]:.4f} to {log.losses[-1]:.4f}, evaluated {log.evaluated:.4f}")
    (SEED / "golden.json").write_text(json.dumps(written) + "\n")
    (SEED / "porting.json").write_text(json.dumps(porting()) + "\n")
