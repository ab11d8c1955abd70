"""Writes the golden numbers again from the weights and inputs that the files hold, by reference.py, and says how far they are from those they held.

    python3 make.py            says it
    python3 make.py --write    writes the files too

Runs on torch 1.13 and 2.6.
"""
import json
import pathlib
import sys

import torch
from torch import nn

import reference

HERE = pathlib.Path(__file__).parent


def network(name, dims):
    sizes = dict(classes=dims["classes"], hidden=dims["hidden"], layers=dims["layers"], heads=dims["heads"], d_a=dims["d_a"], dropout=0.0)
    n, d = dims["N"], dims["d"]
    return {
        "rnn-mhsa": lambda: reference.RnnMhsa(d, **sizes),
        "wf-rnn": lambda: reference.WfRnn(n, d, **sizes),
        "ef-rnn": lambda: reference.EfRnn(n, d, **sizes),
        "lf-rnn": lambda: reference.LfRnn(n, d, **sizes),
        "cta": lambda: reference.Cta(n, d, rnn=False, **sizes),
        "cta-rnn": lambda: reference.Cta(n, d, **sizes),
    }[name]().double().eval()


def values(numbers, shape):
    return torch.tensor(numbers, dtype=torch.float64).reshape(shape)


def flat(numbers):
    return [x for item in numbers for x in flat(item)] if isinstance(numbers, list) else [numbers]


def like(tensor, old):
    """The tensor in the nesting of the old numbers."""
    return tensor.flatten().tolist() if old and not isinstance(old[0], list) else tensor.tolist()


def network_numbers(golden):
    net = network(golden["net"], golden["dims"])
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(values(flat(golden["parameters"][name]["data"]), parameter.shape))
    x = values(flat(golden["input"]["data"]), golden["input"]["shape"]).requires_grad_()
    logits = net(x, torch.tensor(golden["lengths"]))
    loss = nn.functional.cross_entropy(logits, torch.tensor(golden["labels"]))
    loss.backward()
    made = dict(golden, loss=loss.item(), logits=like(logits.detach(), golden["logits"]), input_grad=like(x.grad, golden["input_grad"]))
    made["parameters"] = {name: dict(golden["parameters"][name], grad=like(p.grad, golden["parameters"][name]["grad"])) for name, p in net.named_parameters()}
    return made


def optimizer_numbers():
    """Adam on the sum of c_i w_i^2 with c = (1, 2, 0.5), as five steps from (1, -2, 3); and the halving of a learning rate while the loss stays at 1."""
    w, c = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True), torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)
    adam, steps = torch.optim.Adam([w], lr=1e-3), []
    for _ in range(5):
        adam.zero_grad()
        (c * w * w).sum().backward()
        adam.step()
        steps.append(w.detach().tolist())
    made = {"adam": steps}
    for patience in (10, 9):
        optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=1e-3)
        schedule, rates = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=patience, threshold=0.0), []
        for _ in range(30):
            schedule.step(1.0)
            rates.append(optimizer.param_groups[0]["lr"])
        made[f"plateau{patience}"] = rates
    return made


def numbers(golden):
    if isinstance(golden, dict):
        return [x for value in golden.values() for x in numbers(value)]
    if isinstance(golden, list):
        return [x for value in golden for x in numbers(value)]
    return [] if isinstance(golden, str) else [golden]


for path in sorted(HERE.glob("*.json")):
    old = json.loads(path.read_text())
    new = optimizer_numbers() if path.stem == "optim" else network_numbers(old)
    print(f"{path.name:14s} largest difference {max(abs(a - b) for a, b in zip(numbers(old), numbers(new), strict=True)):.1e}")
    if "--write" in sys.argv:
        path.write_text(json.dumps(new))
