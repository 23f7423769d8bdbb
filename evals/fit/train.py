"""The fitting itself: sentence-transformers' trainer, in-batch negatives, a low-rank adapter.

Sources: Hu et al., LoRA (2021), arXiv:2106.09685; van den Oord et al., InfoNCE (2018), arXiv:1807.03748, at the
temperature of 0.02 that E5 was trained with (Wang et al., 2024, arXiv:2402.05672).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.base.losses.merged_forward import column_merging_disabled
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch.utils.data import SequentialSampler
from transformers import PrinterCallback, TrainerCallback
from transformers.trainer import TRAINER_STATE_NAME
from transformers.utils import logging

from evals.fit.batches import batches
from evals.fit.pairs import Pair
from evals.fit.recipe import Recipe

_TEMPERATURE = 0.02
_SAVED_EVERY = 50
_LOGGED_EVERY = 10

Progress = Callable[[int, int, float], None]


class _Batches(DefaultBatchSampler):  # type: ignore[misc] # the library has no stubs
    """The house's batches, made anew for each epoch."""

    def __init__(self, pairs: Sequence[Pair], recipe: Recipe) -> None:
        super().__init__(SequentialSampler(pairs), batch_size=recipe.batch, drop_last=False)
        self._pairs, self._recipe = pairs, recipe

    def _made(self) -> list[list[int]]:
        return batches(self._pairs, self._recipe.batch, self._recipe.seed + self.epoch)

    def __iter__(self) -> Iterator[list[int]]:
        yield from self._made()

    def __len__(self) -> int:
        return len(batches(self._pairs, self._recipe.batch, self._recipe.seed))


def _sampler(pairs: Sequence[Pair], recipe: Recipe, _dataset: Dataset, **_how: Any) -> _Batches:
    return _Batches(pairs, recipe)


class _Told(TrainerCallback):  # type: ignore[misc]
    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        if logs and "loss" in logs:
            self._progress(state.global_step, state.max_steps, logs["loss"])


def train(base: Path, pairs: Sequence[Pair], recipe: Recipe, work: Path, progress: Progress) -> None:
    """Fit an adapter on `pairs` over the sentence-transformers folder `base`, and write it to `work/fitted`.

    State is kept in `work` every 50 steps: a run that was interrupted goes on from there, and gives the same numbers.
    Dropout is off: on a CPU, drawing its random numbers takes half of the time.
    """
    torch.manual_seed(recipe.seed)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    model = SentenceTransformer(str(base), config_kwargs=still)
    model.max_seq_length = recipe.max_tokens
    model.add_adapter(
        LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=recipe.rank,
            lora_alpha=2 * recipe.rank,
            target_modules=["query", "key", "value", "dense"],
        )
    )
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.rate,
        lr_scheduler_type="linear",
        warmup_steps=0.1,
        weight_decay=0.01,
        seed=recipe.seed,
        prompts={"anchor": "query: ", "positive": "passage: "},
        batch_sampler=partial(_sampler, pairs, recipe),
        save_steps=_SAVED_EVERY,
        save_total_limit=1,
        logging_steps=_LOGGED_EVERY,
        disable_tqdm=True,
        report_to="none",
        dataloader_pin_memory=False,
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(
            {"anchor": [pair.question for pair in pairs], "positive": [pair.passage for pair in pairs]}
        ),
        loss=MultipleNegativesRankingLoss(model, scale=1 / _TEMPERATURE),
        callbacks=[_Told(progress)],
    )
    trainer.remove_callback(PrinterCallback)
    started = _whole_checkpoint(work)
    # One forward for both columns would pad every question to the longest passage.
    with column_merging_disabled():
        trainer.train(resume_from_checkpoint=started)
    model.save_pretrained(str(work / "fitted"))


def _whole_checkpoint(work: Path) -> str | None:
    """Return the last checkpoint that was written to its end, and take away those that were not."""
    found: dict[int, Path] = {}
    for folder in work.glob("checkpoint-*"):
        if (folder / TRAINER_STATE_NAME).is_file():
            found[int(folder.name.partition("-")[2])] = folder
        else:
            shutil.rmtree(folder)
    return str(found[max(found)]) if found else None
