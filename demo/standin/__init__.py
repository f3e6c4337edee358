"""A stand-in for a model server: the same API, classical methods, no weights; for trying Tane out and for tests."""

TEXT_MODEL = "standin-text:latest"
EMBED_MODEL = "standin-embed:latest"
DIMS = 768
NOTICE = (
    "Tane's stand-in, not a language model: cue rules over sentences and hashed character n-grams. "
    "Its answers show how Tane works and are no evidence of quality."
)
