"""PGD in PyTorch, as its usual implementations write it, with the judgement on the 8-bit grid that this project adds."""

import torch
from torch import nn

EPSILON = 8 / 255
STEP_SIZE = 2 / 255
STEPS = 10


def on_grid(clips):
    """The nearest clips of 8 bits per value; the budget is a whole number of levels, so they stay inside it."""
    return (255 * clips).round() / 255


def pgd(network, clips):
    """Attacks in the ball of the largest norm, from a random point of it, for all steps (Madry et al., ICLR 2018).

    Returns the logits of the clean and of the adversarial clips.
    """
    clips = on_grid(clips)
    with torch.no_grad():
        clean = network(clips)
    labels = clean.argmax(1)
    adversarial = clips + torch.empty_like(clips).uniform_(-EPSILON, EPSILON)
    adversarial = adversarial.clamp(0, 1)
    for _ in range(STEPS):
        adversarial.requires_grad_(True)
        loss = nn.functional.cross_entropy(network(adversarial), labels)
        (gradient,) = torch.autograd.grad(loss, adversarial)
        adversarial = adversarial.detach() + STEP_SIZE * gradient.sign()
        change = (adversarial - clips).clamp(-EPSILON, EPSILON)
        adversarial = (clips + change).clamp(0, 1)
    with torch.no_grad():
        return torch.cat([clean, network(on_grid(adversarial))])
