"""What is kept: the directory, its imports, and the published grammars. SQL lives only here."""
