"""What can go wrong in building or publishing a grammar. Each is one sentence with its remedy."""


class GrammarError(Exception):
    """Base: the message is fit to show to an administrator as it stands."""
