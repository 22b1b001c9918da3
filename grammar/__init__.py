"""What may be said, and who is meant: spoken forms, phones, matching, decisions, versions.

Pure: knows nothing of SQL, Flask, SIP or engines. Builds on `directory` only.
"""

import os

# The runtime that comes with Piper, and with it the phones, reports to its maker what it runs on.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
