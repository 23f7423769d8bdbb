"""The models of this door, of which there is one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bots.web.completions.request import MODEL


class Model(BaseModel):
    """What answers; `created` is when this door was first opened, in seconds since 1970."""

    model_config = ConfigDict(frozen=True)

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 1795651200
    owned_by: str = MODEL


class Models(BaseModel):
    """A list of models."""

    model_config = ConfigDict(frozen=True)

    object: Literal["list"] = "list"
    data: tuple[Model, ...]
