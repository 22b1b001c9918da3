"""One call as a state machine: what happened goes in, what to do comes out. Pure.

       events                                       actions
  arrived, heard, key,   -->  advance(state, event)  -->  answer, say, ask, transfer,
  transfer ended, fault                                    redirect, hang up

Nothing here knows of SIP, audio, threads or the time of day other than what an event says, so a
whole call is played through in a test within a millisecond. `switchboard.calls` does what the
actions say and feeds back what happened.
"""
