"""What can go wrong in reading and cleansing a directory. Each is one sentence with its remedy."""


class DirectoryError(Exception):
    """Base: the message is fit to show to an administrator as it stands."""


class UnreadableSourceError(DirectoryError):
    """The file is not a table that can be read (encoding, format, size, hostile content)."""


class UnmappableColumnsError(DirectoryError):
    """The headings don't give the fields that an import needs."""
