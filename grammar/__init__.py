"""What may be said, and who is meant: spoken forms, phones, matching, decisions, versions.

Pure: knows nothing of SQL, Flask, SIP or engines. Builds on `directory` only.
"""
