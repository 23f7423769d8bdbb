"""The errors of the house, each with its exit code, HTTP status and problem type.

AssistantError
├── InvalidInput            what somebody asked or gave cannot be used
│   ├── InvalidQuestion     empty, control characters only, too long
│   ├── InvalidDataset      a test set that cannot be read
│   └── InvalidPairs        pairs that the encoder cannot be fitted on
├── NotFound                no such document, revision, answer or conversation
├── Conflict                somebody else was first
├── NotSignedIn             only staff, or programs with a key, may do this
├── ConfigurationError      a setting that cannot be used
├── ModelMissing            the encoder was not installed yet
├── IndexUnavailable
│   ├── IndexMissing        nothing was ingested yet
│   └── IndexMismatch       the index was made by another model, recipe or schema
└── IngestBusy              another ingest is running
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of every error that a user may see: one sentence with what is wrong, where, and the fix."""

    exit_code = 1
    status = 500
    slug = "error"
    title = "Something went wrong"


class InvalidInput(AssistantError):
    """What somebody gave cannot be used."""

    exit_code = 2
    status = 422
    slug = "invalid-input"
    title = "Invalid input"


class InvalidQuestion(InvalidInput):
    """A question that is empty, holds only control characters, or is too long."""

    slug = "invalid-question"
    title = "Invalid question"


class InvalidDataset(InvalidInput):
    """A test set that cannot be read."""

    slug = "invalid-dataset"
    title = "Invalid test set"


class InvalidPairs(InvalidInput):
    """Pairs of question and passage that the encoder cannot be fitted on."""

    slug = "invalid-pairs"
    title = "Invalid pairs"


class NotFound(AssistantError):
    """No such document, revision, answer or conversation."""

    exit_code = 4
    status = 404
    slug = "not-found"
    title = "Not found"


class Conflict(AssistantError):
    """What is asked for no longer fits what is there: somebody else was first."""

    exit_code = 5
    status = 409
    slug = "conflict"
    title = "Somebody else was first"


class NotSignedIn(AssistantError):
    """Only staff who signed in, or programs that send a key, may do this."""

    exit_code = 3
    status = 401
    slug = "not-signed-in"
    title = "Not signed in"


class ConfigurationError(AssistantError):
    """A setting that cannot be used as it is."""

    exit_code = 3
    slug = "configuration"
    title = "Configuration error"


class ModelMissing(ConfigurationError):
    """The encoder's file is not there yet."""

    status = 503
    slug = "model-missing"
    title = "Embedding model not installed"


class IndexUnavailable(AssistantError):
    """There is no index that can be asked."""

    exit_code = 3
    status = 503
    slug = "index-unavailable"
    title = "Index not available"


class IndexMissing(IndexUnavailable):
    """Nothing was ingested yet."""

    slug = "index-missing"
    title = "No index yet"


class IndexMismatch(IndexUnavailable):
    """The index was made by another embedding model, recipe or schema."""

    slug = "index-mismatch"
    title = "Index made by another model"


class IngestBusy(AssistantError):
    """Another ingest holds the lock."""

    exit_code = 5
    status = 409
    slug = "ingest-busy"
    title = "Another ingest is running"
