"""Who can be reached: people, departments and the numbers they answer.

Pure: knows nothing of SQL, Flask, SIP or audio. `grammar` builds on it; it builds on nothing of
ours.
"""
